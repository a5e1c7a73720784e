package org.sourceos.cli.system;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.sourceos.host.Directories;

/**
 * Copies of commits in a folder, each named by its commit. A generation does not need the one it was made of, and any can be
 * made again: those that were not used lately are removed.
 */
final class Exports {
    /** Longer than any build that reads one. */
    private static final Duration IN_USE = Duration.ofDays(1);

    private static final int KEPT = 8;

    private Exports() {}

    /** Notes that a copy is used, before anybody looks whether it is there. */
    static void use(Path export, Instant now) throws IOException {
        try {
            Files.setLastModifiedTime(export, FileTime.from(now));
        } catch (NoSuchFileException e) {
            // It is about to be made.
        }
    }

    /** Removes what was not used for a day, but the last few; also what an export that was killed left. */
    static void prune(Path folder, Instant now) throws IOException {
        record Used(Path path, Instant when) {}
        List<Used> all = new ArrayList<>();
        try (Stream<Path> entries = Files.list(folder)) {
            for (Path path : entries.toList()) {
                all.add(new Used(path, Files.getLastModifiedTime(path).toInstant()));
            }
        } catch (NoSuchFileException e) {
            return; // nothing was exported, or somebody else removes at the same time
        }
        List<Used> old = all.stream()
                .sorted(Comparator.comparing(Used::when).reversed())
                .skip(KEPT)
                .filter(used -> used.when().plus(IN_USE).isBefore(now))
                .toList();
        for (Used used : old) {
            // Out of the way at once, so that nobody finds half of one.
            Path removed = folder.resolve(".removed-" + UUID.randomUUID());
            try {
                Files.move(used.path(), removed, StandardCopyOption.ATOMIC_MOVE);
            } catch (FileSystemException e) {
                continue; // somebody else was quicker
            }
            Directories.remove(removed);
        }
    }
}
