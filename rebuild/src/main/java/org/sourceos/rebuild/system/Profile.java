package org.sourceos.rebuild.system;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotLinkException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.sourceos.gitstore.generation.Generation;
import org.sourceos.gitstore.generation.GenerationManifest.Program;
import org.sourceos.host.AtomicFile;
import org.sourceos.host.Directories;

/**
 * The commands of the generation that counts: {@code <state>/profile} is a link to {@code profiles/<n>}, whose {@code bin/} has
 * a command for each program that is everybody's, {@code share/applications} the files by which menus show those that shall be
 * shown, and {@code users/<name>} the same of one user. Renaming the link is the
 * whole of a switch for who has it on PATH. What was changed by hand is never overwritten: it is renamed, and named.
 */
public final class Profile {
    private static final Pattern OURS = Pattern.compile("profiles/([0-9]{1,9})");
    private static final String HEAD = "#!/bin/sh\n# Made by sourceos-rebuild; belongs to a generation.\nexec ";

    private final Path state;
    private final Path program;
    private final List<Path> setAside = new ArrayList<>();

    /** @param program what the commands call: {@code sourceos} */
    public Profile(Path state, Path program) {
        this.state = state;
        this.program = program;
    }

    /** The link. */
    public Path link() {
        return state.resolve("profile");
    }

    /** The generation whose commands are there now; none where somebody has put something else there. */
    Optional<Integer> current() throws IOException {
        try {
            Matcher ours = OURS.matcher(Files.readSymbolicLink(link()).toString());
            return ours.matches() ? Optional.of(Integer.valueOf(ours.group(1))) : Optional.empty();
        } catch (NoSuchFileException | NotLinkException e) {
            return Optional.empty();
        }
    }

    /**
     * What was changed by hand of a generation's commands, relative to the state: files that are missing, others than were made,
     * or not among them; and the link, where it is something else.
     */
    public List<String> changed(Generation generation) throws IOException {
        List<String> changed = new ArrayList<>(changedFiles(generation));
        if (!current().equals(Optional.of(generation.number()))) {
            changed.add(state.relativize(link()).toString());
        }
        return changed;
    }

    private List<String> changedFiles(Generation generation) throws IOException {
        Path folder = folder(generation.number());
        if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            return List.of(state.relativize(folder).toString());
        }
        SortedMap<Path, ProfileFile> expected = files(folder, generation);
        SortedSet<Path> changed = new TreeSet<>();
        try (Stream<Path> files = Files.walk(folder)) {
            files.filter(file -> !Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS) && !expected.containsKey(file))
                    .forEach(changed::add);
        }
        for (Map.Entry<Path, ProfileFile> file : expected.entrySet()) {
            if (!file.getValue().isMade(file.getKey())) {
                changed.add(file.getKey());
            }
        }
        return changed.stream().map(file -> state.relativize(file).toString()).toList();
    }

    /** All files of a generation's folder: commands, and what menus show. */
    private SortedMap<Path, ProfileFile> files(Path folder, Generation generation) {
        SortedMap<Path, ProfileFile> files = new TreeMap<>();
        SortedMap<Path, List<Program>> shown = new TreeMap<>();
        for (Program wanted : generation.manifest().programs()) {
            Path own = own(folder, wanted);
            files.put(own.resolve("bin").resolve(wanted.name()), command(wanted));
            if (wanted.desktop().isPresent()) {
                Path applications = own.resolve("share/applications");
                files.put(
                        applications.resolve(DesktopFiles.name(wanted)),
                        DesktopFiles.of(wanted, wanted.desktop().get(), program));
                shown.computeIfAbsent(applications, folderOf -> new ArrayList<>())
                        .add(wanted);
            }
        }
        shown.forEach((applications, programs) ->
                files.put(applications.resolve(DesktopFiles.CACHE), DesktopFiles.cache(programs)));
        return files;
    }

    /** Where what was changed by hand was kept, since this was made. */
    public List<Path> setAside() {
        return List.copyOf(setAside);
    }

    /** Gives what is in the way another name: somebody has put work into it. */
    private void setAside(Path inTheWay) throws IOException {
        Path kept = inTheWay;
        for (int i = 1; Files.exists(kept, LinkOption.NOFOLLOW_LINKS); i++) {
            kept = inTheWay.resolveSibling(inTheWay.getFileName() + ".changed-" + i);
        }
        Files.move(inTheWay, kept, StandardCopyOption.ATOMIC_MOVE);
        setAside.add(kept);
    }

    /** Everybody's part of a generation's folder, or a user's. */
    private static Path own(Path folder, Program wanted) {
        return wanted.user().map(user -> folder.resolve("users").resolve(user)).orElse(folder);
    }

    /** Makes a generation's folder, if it is not there as it was made; what was changed in it is kept beside it. */
    void prepare(Generation generation) throws IOException {
        Path folder = folder(generation.number());
        if (Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
            if (changedFiles(generation).isEmpty()) {
                return;
            }
            setAside(folder);
        }
        Files.createDirectories(folder.resolveSibling(""));
        Path begun = Files.createTempDirectory(folder.resolveSibling(""), ".new-");
        try {
            Files.createDirectories(begun.resolve("bin"));
            for (Map.Entry<Path, ProfileFile> file : files(begun, generation).entrySet()) {
                file.getValue().write(file.getKey());
            }
            Files.setPosixFilePermissions(begun, PosixFilePermissions.fromString("rwxr-xr-x"));
            if (!AtomicFile.moveIntoPlace(begun, folder)) {
                Directories.remove(begun);
            }
        } catch (IOException | RuntimeException e) {
            Directories.remove(begun);
            throw e;
        }
        AtomicFile.syncFolder(folder.resolveSibling(""));
    }

    private ProfileFile command(Program wanted) {
        String quoted = "'" + program.toString().replace("'", "'\\''") + "'";
        return new ProfileFile(HEAD, quoted, " run " + wanted.name() + " \"$@\"\n", true);
    }

    private Path folder(int number) {
        return state.resolve("profiles").resolve(Integer.toString(number));
    }

    /** Makes the commands those of a generation that was {@linkplain #prepare prepared}. */
    void point(int number) throws IOException {
        if (Files.exists(link(), LinkOption.NOFOLLOW_LINKS) && current().isEmpty()) {
            setAside(link());
        }
        Path fresh = state.resolve(".profile-" + number);
        Files.deleteIfExists(fresh);
        Files.createSymbolicLink(fresh, Path.of("profiles", Integer.toString(number)));
        Files.move(fresh, link(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        AtomicFile.syncFolder(state);
    }

    /** As before the first generation. */
    void clear() throws IOException {
        if (current().isPresent()) {
            Files.delete(link());
            AtomicFile.syncFolder(state);
        }
    }
}
