package org.sourceos.launcher.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.sourceos.launcher.LaunchException;
import org.sourceos.launcher.qemu.Share;

/**
 * Which folders of the host a program is given, decided from its arguments and the working directory.
 *
 * <p>A folder that is too broad is never given without being asked for: the home folder and those above it, the system's
 * own. Folders appear in the machine under the path they have here, so that arguments mean the same on both sides.
 *
 * @param shares no folder inside another of them
 * @param directory where the program runs: the working directory where that is shared; the user's home when empty
 * @param warnings what the user should know: names of files that will not be kept
 */
public record FileGrants(List<Share> shares, Optional<String> directory, List<String> warnings) {
    /** These and all below them belong to the system. */
    private static final Set<Path> SYSTEM = paths(
            "/bin",
            "/boot",
            "/dev",
            "/etc",
            "/lib",
            "/lib32",
            "/lib64",
            "/libx32",
            "/proc",
            "/run",
            "/sbin",
            "/sys",
            "/usr",
            "/var/lib",
            "/var/cache",
            "/var/log",
            "/var/run",
            "/var/spool");

    /** These are everybody's; folders below them are fine. */
    private static final Set<Path> COMMON =
            paths("/", "/home", "/media", "/mnt", "/opt", "/srv", "/tmp", "/var", "/var/tmp");

    private static final Set<String> DOTS = Set.of(".", "..");

    /** Words worth a warning when a file of that name would be lost: {@code notes}, {@code out/list}, not {@code map(.+1)}. */
    private static final Pattern FILE_NAME = Pattern.compile("[\\w~/][\\w~./ -]*");

    /** Below the home folder: keys that no program is given by accident. */
    private static final Set<String> SECRETS = Set.of(".ssh", ".gnupg");

    public FileGrants {
        shares = List.copyOf(shares);
        warnings = List.copyOf(warnings);
    }

    /**
     * Decides.
     *
     * @param files {@code none}, {@code arguments} or {@code directory}, as an image has it
     * @param arguments what follows the program on the command line
     * @param directory the working directory, absolute
     * @param home the user's home folder
     * @param asked what {@code -v} asked for, which is given whatever it is
     */
    public static FileGrants decide(String files, List<String> arguments, Path directory, Path home, List<Share> asked)
            throws LaunchException {
        Collector collector = new Collector(directory, home, asked);
        switch (files) {
            case "none" -> {}
            case "directory" -> collector.require(directory, "the working directory");
            case "arguments" -> arguments.forEach(collector::consider);
            default ->
                throw new LaunchException("cannot decide on files: the image asks for files = \"" + files
                        + "\", and this version knows none, arguments and directory");
        }
        return collector.result();
    }

    private static Set<Path> paths(String... names) {
        Set<Path> paths = new HashSet<>();
        for (String name : names) {
            paths.add(Path.of(name));
        }
        return Set.copyOf(paths);
    }

    private static final class Collector {
        private final Path directory;
        private final Path home;
        private final List<Share> shares;
        private final List<String> warnings = new ArrayList<>();
        private final List<String> refusals = new ArrayList<>();

        Collector(Path directory, Path home, List<Share> asked) {
            this.directory = directory.normalize();
            this.home = home.normalize();
            this.shares = new ArrayList<>(asked);
        }

        /** An argument that names a file, or the value of {@code --option=}. */
        void consider(String argument) {
            String name = argument.startsWith("-") ? argument.substring(argument.indexOf('=') + 1) : argument;
            if (name.isEmpty() || name.startsWith("-")) {
                return;
            }
            Path path;
            try {
                path = directory.resolve(name).normalize();
            } catch (InvalidPathException e) {
                return;
            }
            if (DOTS.contains(name)) {
                // The simplest program of jq and many a pattern look like a folder: given where it may be, no refusal
                // else.
                if (!isShared(path) && objection(path).isEmpty()) {
                    add(path);
                }
            } else if (Files.isDirectory(path)) {
                require(path, argument);
            } else if (Files.exists(path) && path.getParent() != null) {
                require(path.getParent(), argument);
            } else if (!argument.startsWith("-") && path.getParent() != null && Files.isDirectory(path.getParent())) {
                // Perhaps a file to be made, perhaps just a word: worth a folder, not worth a refusal.
                offer(path.getParent(), name);
            }
        }

        void require(Path folder, String what) {
            if (isShared(folder)) {
                return;
            }
            Optional<String> objection = objection(folder);
            if (objection.isPresent()) {
                refusals.add(what + " would give the program " + folder + ", " + objection.get());
            } else {
                add(folder);
            }
        }

        private void offer(Path folder, String name) {
            if (isShared(folder)) {
                return;
            }
            Optional<String> objection = objection(folder);
            if (objection.isEmpty()) {
                add(folder);
            } else if (FILE_NAME.matcher(name).matches()) {
                warnings.add("if the program makes a file " + name + " it will be lost: its folder is not shared: "
                        + folder + ", " + objection.get() + "; share it with -v " + folder + ":" + guestPath(folder));
            }
        }

        private static String guestPath(Path folder) {
            return folder.getNameCount() == 0 ? "/host" : folder.toString();
        }

        /** Below a share that is under its own path already. */
        private boolean isShared(Path folder) {
            return shares.stream()
                    .anyMatch(s -> s.guest().equals(s.host().toString()) && folder.startsWith(Path.of(s.guest())));
        }

        private void add(Path folder) {
            shares.removeIf(s ->
                    s.guest().equals(s.host().toString()) && Path.of(s.guest()).startsWith(folder) && !s.readOnly());
            shares.add(new Share(folder, folder.toString(), false));
        }

        private Optional<String> objection(Path folder) {
            Optional<String> byName = objectionTo(folder, home);
            if (byName.isPresent()) {
                return byName;
            }
            try {
                // A link may lead to a folder whose own name we would refuse.
                return objectionTo(folder.toRealPath(), Files.exists(home) ? home.toRealPath() : home);
            } catch (IOException e) {
                return Optional.of("which cannot be read (" + e + ")");
            }
        }

        private static Optional<String> objectionTo(Path folder, Path home) {
            if (home.getNameCount() > 0 && home.startsWith(folder)) {
                return Optional.of(
                        home.equals(folder) ? "your whole home folder" : "which holds your whole home folder");
            }
            if (COMMON.contains(folder)) {
                return Optional.of("which everything on this computer shares");
            }
            for (Path system : SYSTEM) {
                if (folder.startsWith(system)) {
                    return Optional.of("which belongs to the system");
                }
            }
            for (String secret : SECRETS) {
                if (folder.startsWith(home.resolve(secret))) {
                    return Optional.of("which holds your keys");
                }
            }
            return Optional.empty();
        }

        FileGrants result() throws LaunchException {
            if (!refusals.isEmpty()) {
                throw new LaunchException("files are not shared: " + String.join("; ", refusals)
                        + ". Work in a folder of its own, or ask for it: -v HOST:GUEST");
            }
            Optional<String> where = shares.stream()
                    .filter(s -> directory.startsWith(s.host()))
                    .map(s -> s.guest() + suffix(s.host(), directory))
                    .findFirst();
            return new FileGrants(shares, where, warnings);
        }

        private static String suffix(Path host, Path directory) {
            String rest = host.relativize(directory).toString();
            return rest.isEmpty() ? "" : "/" + rest;
        }
    }
}
