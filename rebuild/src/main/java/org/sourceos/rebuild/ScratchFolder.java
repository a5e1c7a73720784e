package org.sourceos.rebuild;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;
import org.sourceos.host.Cancellation;
import org.sourceos.host.FileLock;

/**
 * An empty folder in the store's {@code tmp/} that is gone when it is closed. While it is open it holds a lock on a file
 * beside {@link #path}, as the store's own temporary folders do, so that nobody takes it for a dead process's and removes it;
 * if this process dies, the next that writes to the store does remove it.
 */
public final class ScratchFolder implements AutoCloseable {
    private final Path outer;
    private final Path path;
    private final FileLock lock;

    private ScratchFolder(Path outer, Path path, FileLock lock) {
        this.outer = outer;
        this.path = path;
        this.lock = lock;
    }

    /** @param store the store's directory */
    public static ScratchFolder in(Path store, Cancellation cancellation) throws IOException {
        Path tmp = Files.createDirectories(store.resolve("tmp"));
        // Between making a folder and locking it, it looks like a dead process's: those are removed under this lock.
        try (FileLock clean = FileLock.acquire(store.resolve("tmp.lock"), cancellation, holder -> {})) {
            Path outer = Files.createTempDirectory(tmp, "");
            // apt's unprivileged user passes through, but sees nothing it does not know the name of.
            Files.setPosixFilePermissions(outer, PosixFilePermissions.fromString("rwx--x--x"));
            FileLock lock = FileLock.acquire(outer.resolve("lock"), cancellation, holder -> {});
            return new ScratchFolder(outer, Files.createDirectory(outer.resolve("work")), lock);
        }
    }

    public Path path() {
        return path;
    }

    @Override
    public void close() throws IOException {
        try {
            Files.walkFileTree(outer, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.deleteIfExists(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException failure)
                        throws IOException {
                    Files.deleteIfExists(folder);
                    return FileVisitResult.CONTINUE;
                }
            });
        } finally {
            lock.close();
        }
    }
}
