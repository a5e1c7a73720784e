package org.sourceos.gitstore;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.sourceos.host.AtomicFile;

/** Makes the folders and files that make a directory a git repository ({@code gitrepository-layout(5)}). */
final class NewRepository {
    /**
     * JGit reads the {@code fsyncRefFiles} key, git since 2.36 {@code fsync}; git's older {@code fsyncObjectFiles} would
     * make every git command print a warning. What SourceOS itself writes is always flushed.
     */
    private static final String CONFIG = """
            [core]
            \trepositoryformatversion = 0
            \tfilemode = true
            \tbare = true
            \tfsync = all
            \tfsyncRefFiles = true
            [gc]
            \tauto = 0
            """;

    private NewRepository() {}

    static void create(Path repository) throws IOException {
        if (Files.exists(repository.resolve("HEAD"))) {
            return;
        }
        for (String folder : List.of("objects/pack", "objects/info", "refs/heads", "refs/tags")) {
            Files.createDirectories(repository.resolve(folder));
        }
        AtomicFile.write(repository.resolve("config"), CONFIG);
        // A HEAD outside of refs/heads is an error to git fsck, so it names a branch that never exists.
        AtomicFile.write(repository.resolve("HEAD"), "ref: refs/heads/none\n");
        // For plain git of other users: whether they may read the store is said by its folder.
        for (String file : List.of("config", "HEAD")) {
            Files.setPosixFilePermissions(repository.resolve(file), PosixFilePermissions.fromString("rw-r--r--"));
        }
    }
}
