package org.sourceos.gitstore;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sourceos.host.Cancellation;
import org.sourceos.host.Directories;
import org.sourceos.host.FileLock;

/**
 * This process's folder in the store's {@code tmp/}, made when first needed. It holds a lock on a file in it, so that another
 * process can tell a folder in use from one whose owner died, whatever process ids say; the latter are removed.
 */
final class Workspace implements AutoCloseable {
    private static final String LOCK = "lock";

    private final Path tmp;
    private final Cancellation cancellation;
    private @Nullable Path own;
    private @Nullable FileLock lock;

    Workspace(Path tmp, Cancellation cancellation) {
        this.tmp = tmp;
        this.cancellation = cancellation;
    }

    /** A new empty folder on the store's file system; whoever asked for it removes it. */
    synchronized Path newFolder() throws IOException {
        return Files.createTempDirectory(own(), "");
    }

    private Path own() throws IOException {
        if (own != null) {
            return own;
        }
        Files.createDirectories(tmp);
        // Between making a folder and locking it, it looks like one of the dead: one at a time.
        try (FileLock clean = FileLock.acquire(tmp.resolveSibling("tmp.lock"), cancellation, holder -> {})) {
            removeAbandoned();
            Path made = Files.createTempDirectory(tmp, "");
            lock = FileLock.acquire(made.resolve(LOCK), cancellation, holder -> {});
            own = made;
            return made;
        }
    }

    private static void removeIfAbandoned(Path folder) throws IOException {
        try {
            Optional<FileLock> taken = FileLock.tryAcquire(folder.resolve(LOCK));
            if (taken.isPresent()) {
                try (FileLock abandoned = taken.get()) {
                    Directories.remove(folder);
                }
            }
        } catch (NoSuchFileException | DirectoryNotEmptyException e) {
            // Its owner has just removed it, or removes it too.
        }
    }

    private void removeAbandoned() throws IOException {
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(tmp)) {
            for (Path folder : folders) {
                if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
                    Files.deleteIfExists(folder);
                    continue;
                }
                removeIfAbandoned(folder);
            }
        }
    }

    @Override
    public synchronized void close() throws IOException {
        try {
            if (own != null) {
                Directories.remove(own);
            }
        } catch (DirectoryNotEmptyException e) {
            // Somebody asked at this moment whether it is locked, which makes the file again: the next that looks
            // removes it.
        } finally {
            own = null;
            if (lock != null) {
                lock.close();
                lock = null;
            }
        }
    }
}
