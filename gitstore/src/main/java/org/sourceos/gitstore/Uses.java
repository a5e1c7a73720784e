package org.sourceos.gitstore;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** When the things of a store were last used, to the hour: {@code used/<kind>/<name>}, an empty file as old as that. */
public final class Uses {
    private static final Duration EXACT_ENOUGH = Duration.ofHours(1);

    private final Path folder;

    public Uses(Path store) {
        this.folder = store.resolve(StoreLayout.USED);
    }

    private Path file(String fullName) {
        return folder.resolve(fullName.substring("refs/".length()));
    }

    /** Notes a use. What cannot be noted, as in another user's store, is not. */
    void note(StoreRef ref, Instant when) {
        Path file = file(ref.fullName());
        try {
            Optional<Instant> before = last(ref.fullName());
            if (before.isPresent() && before.get().plus(EXACT_ENOUGH).isAfter(when)) {
                return;
            }
            if (before.isEmpty()) {
                Files.createDirectories(file.resolveSibling(""));
                Files.createFile(file);
            }
            Files.setLastModifiedTime(file, FileTime.from(when));
        } catch (IOException e) {
            // Then the date of its commit counts.
        }
    }

    public Optional<Instant> last(String fullName) throws IOException {
        try {
            return Optional.of(Files.getLastModifiedTime(file(fullName)).toInstant());
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    public void forget(String fullName) throws IOException {
        Files.deleteIfExists(file(fullName));
    }
}
