package org.sourceos.gitstore;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.sourceos.host.AtomicFile;

/** The file by which git knows a repository. The store itself needs no more of it than that it is there. */
final class GitHead {
    private static final int LONGEST = 4096;

    private final Path file;

    GitHead(Path repository) {
        this.file = repository.resolve("HEAD");
    }

    Path file() {
        return file;
    }

    /** Why git would say that there is no repository; as the end of a sentence. */
    Optional<String> problem() throws IOException {
        if (Files.size(file) > LONGEST) {
            return Optional.of("is no HEAD of a git repository: it is too long");
        }
        String text = Files.readString(file, StandardCharsets.ISO_8859_1);
        return text.matches("ref: refs/\\S+\\s*|[0-9a-f]{40}\\s*")
                ? Optional.empty()
                : Optional.of("is no HEAD of a git repository: plain git does not see the store");
    }

    /** No branch of a store is checked out, so nothing is lost. */
    void writeAnew() throws IOException {
        AtomicFile.write(file, "ref: refs/heads/none\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    }
}
