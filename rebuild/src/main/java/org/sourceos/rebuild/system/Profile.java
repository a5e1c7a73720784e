package org.sourceos.rebuild.system;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.sourceos.gitstore.generation.Generation;
import org.sourceos.gitstore.generation.GenerationManifest.Program;
import org.sourceos.host.AtomicFile;
import org.sourceos.host.Directories;

/**
 * The commands of the generation that counts: {@code <state>/profile} is a link to {@code profiles/<n>}, whose {@code bin/} has
 * a command for each program that is everybody's and {@code users/<name>/bin} those of one user. Renaming the link is the
 * whole of a switch for who has it on PATH.
 */
public final class Profile {
    private final Path state;
    private final Path program;

    /** @param program what the commands call: {@code sourceos} */
    public Profile(Path state, Path program) {
        this.state = state;
        this.program = program;
    }

    /** The link. */
    public Path link() {
        return state.resolve("profile");
    }

    /** The generation whose commands are there now. */
    Optional<Integer> current() throws IOException {
        try {
            return Optional.of(
                    Integer.valueOf(Files.readSymbolicLink(link()).getFileName().toString()));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (NumberFormatException e) {
            throw new IOException(link() + " is not a link that SourceOS made; move it away", e);
        }
    }

    /** Makes a generation's folder, if it is not there. */
    void prepare(Generation generation) throws IOException {
        Path folder = folder(generation.number());
        if (Files.isDirectory(folder)) {
            return;
        }
        Files.createDirectories(folder.resolveSibling(""));
        Path begun = Files.createTempDirectory(folder.resolveSibling(""), ".new-");
        try {
            Files.createDirectories(begun.resolve("bin"));
            for (Program wanted : generation.manifest().programs()) {
                Path bin = wanted.user()
                        .map(user -> begun.resolve("users").resolve(user).resolve("bin"))
                        .orElse(begun.resolve("bin"));
                Files.createDirectories(bin);
                Path command = Files.writeString(bin.resolve(wanted.name()), command(wanted));
                Files.setPosixFilePermissions(command, PosixFilePermissions.fromString("rwxr-xr-x"));
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

    private String command(Program wanted) {
        String quoted = "'" + program.toString().replace("'", "'\\''") + "'";
        return "#!/bin/sh\n# Made by sourceos-rebuild; belongs to a generation.\nexec " + quoted + " run "
                + wanted.name() + " \"$@\"\n";
    }

    private Path folder(int number) {
        return state.resolve("profiles").resolve(Integer.toString(number));
    }

    /** Makes the commands those of a generation that was {@linkplain #prepare prepared}. */
    void point(int number) throws IOException {
        Path fresh = state.resolve(".profile-" + number);
        Files.deleteIfExists(fresh);
        Files.createSymbolicLink(fresh, Path.of("profiles", Integer.toString(number)));
        Files.move(fresh, link(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        AtomicFile.syncFolder(state);
    }

    /** As before the first generation. */
    void clear() throws IOException {
        if (Files.isSymbolicLink(link())) {
            Files.delete(link());
            AtomicFile.syncFolder(state);
        }
    }
}
