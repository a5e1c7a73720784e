package org.sourceos.host.cgroup;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.sourceos.host.ProcessIdentity;

/**
 * The groups of this program: folders in {@code sourceos/}, below a group that this user may divide. The name of each ends
 * with the process that made it, so that one which nobody will come back for can be told from one that was just made.
 */
public final class ControlGroups {
    /** What limits are made of; each is used where the host hands it on. */
    public static final List<String> CONTROLLERS = List.of("cpu", "io", "memory", "pids");

    private static final String HOME = "sourceos";

    private final Path home;

    private ControlGroups(Path home) {
        this.home = home;
    }

    /**
     * Below the outermost group around this process that the user may divide: for root the root of the hierarchy, for
     * others what the host's init has delegated to them.
     *
     * @return empty where there is no hierarchy of version 2, or nothing in it is this user's
     */
    public static Optional<ControlGroups> ofHost() {
        try {
            return outermost(
                            Files.readString(Path.of("/proc/self/mounts")),
                            Files.readString(Path.of("/proc/self/cgroup")))
                    .map(ControlGroups::below);
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    static Optional<Path> outermost(String mounts, String own) {
        Optional<Path> root = mounts.lines()
                .map(line -> line.split(" ", -1))
                .filter(fields -> fields.length > 2 && fields[2].equals("cgroup2"))
                .map(fields -> Path.of(fields[1]))
                .findFirst();
        Optional<String> place = own.lines()
                .filter(line -> line.startsWith("0::/"))
                .map(line -> line.substring("0::/".length()))
                .findFirst();
        if (root.isEmpty() || place.isEmpty() || place.get().startsWith("..")) {
            return Optional.empty();
        }
        Path group = root.get();
        for (Path step : place.get().isEmpty() ? List.<Path>of() : Path.of(place.get())) {
            if (isOurs(group)) {
                break;
            }
            group = group.resolve(step);
        }
        return isOurs(group) ? Optional.of(group) : Optional.empty();
    }

    /** Moving a process takes both: its new group's list, and that of the group around the old and the new one. */
    private static boolean isOurs(Path group) {
        return Files.isWritable(group)
                && Files.isWritable(group.resolve("cgroup.procs"))
                && Files.isWritable(group.resolve("cgroup.subtree_control"));
    }

    /** Below a group that is known to be this user's. */
    public static ControlGroups below(Path group) {
        return new ControlGroups(group.resolve(HOME));
    }

    public Path home() {
        return home;
    }

    /** The controllers that groups made here would have, whether or not any was made yet. */
    public SortedSet<String> controllers() {
        SortedSet<String> found = new TreeSet<>();
        try {
            Path known = Files.isDirectory(home) ? home : around();
            found.addAll(List.of(Files.readString(known.resolve("cgroup.controllers"))
                    .strip()
                    .split(" ", -1)));
            found.retainAll(CONTROLLERS);
        } catch (IOException e) {
            // None, then.
        }
        return found;
    }

    private Path around() throws IOException {
        Path around = home.getParent();
        if (around == null) {
            throw new IOException(home + " is no control group");
        }
        return around;
    }

    /** A new, empty group. */
    public ControlGroup make(String name) throws IOException {
        ProcessIdentity self = ProcessIdentity.of(ProcessHandle.current().pid())
                .orElseThrow(() -> new IOException("/proc does not show this process"));
        handOn(around());
        makeFolder(home);
        handOn(home);
        Path folder = home.resolve(name + "." + self.pid() + "." + self.startedTicks());
        makeFolder(folder);
        return new ControlGroup(folder);
    }

    private static void makeFolder(Path folder) throws IOException {
        try {
            Files.createDirectory(folder);
        } catch (FileAlreadyExistsException e) {
            // Made before, for the same name.
        }
    }

    /** What a controller refuses to be handed on is missing in {@link ControlGroup#controllers}. */
    private static void handOn(Path group) throws IOException {
        for (String controller :
                Files.readString(group.resolve("cgroup.controllers")).strip().split(" ", -1)) {
            if (CONTROLLERS.contains(controller)) {
                try {
                    ControlGroup.write(group.resolve("cgroup.subtree_control"), "+" + controller);
                } catch (IOException e) {
                    // Processes are in this very group, or it uses threads: the kernel's rules for version 2.
                }
            }
        }
    }

    /** Ends whatever is in the groups of that name, whoever made them, and removes them. */
    public void remove(String name) throws IOException {
        for (Path folder : folders(name + ".*")) {
            new ControlGroup(folder).remove();
        }
    }

    /** Removes empty groups whose makers have ended. */
    public void sweep() {
        try {
            for (Path folder : folders("*")) {
                ControlGroup group = new ControlGroup(folder);
                if (maker(folder).filter(ProcessIdentity::isAlive).isEmpty() && !group.isPopulated()) {
                    Files.deleteIfExists(folder);
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            // Somebody is in it after all, or was quicker: the next one looks again.
        }
    }

    private static Optional<ProcessIdentity> maker(Path folder) {
        String[] parts = folder.getFileName().toString().split("\\.", -1);
        try {
            return Optional.of(new ProcessIdentity(
                    Long.parseLong(parts[parts.length - 2]), Long.parseLong(parts[parts.length - 1])));
        } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
            return Optional.empty();
        }
    }

    /** All there are now. */
    public List<String> names() throws IOException {
        return folders("*").stream()
                .map(folder -> folder.getFileName().toString())
                .sorted()
                .toList();
    }

    private List<Path> folders(String pattern) throws IOException {
        List<Path> found = new java.util.ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(home, pattern)) {
            stream.forEach(found::add);
        } catch (NoSuchFileException e) {
            // None was ever made.
        }
        return found.stream().filter(Files::isDirectory).toList();
    }
}
