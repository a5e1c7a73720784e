package org.sourceos.rebuild.plan;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import org.sourceos.config.ConfigException;
import org.sourceos.config.lock.LockFile;
import org.sourceos.host.AtomicFile;
import org.sourceos.host.Cancellation;
import org.sourceos.host.FileLock;
import org.sourceos.rebuild.RebuildException;

/** {@code sourceos.lock} as a file; replaced atomically, changes serialised by a lock file beside it in the state directory. */
public final class FileLockStore implements LockStore {
    private final Path file;
    private final Path mutex;

    /** @param mutex the file of the writers' lock; not beside {@code file} because that folder is the user's repository */
    public FileLockStore(Path file, Path mutex) {
        this.file = file;
        this.mutex = mutex;
    }

    @Override
    public LockFile load() throws RebuildException {
        try {
            return LockFile.parse(file.toString(), Files.readString(file));
        } catch (NoSuchFileException e) {
            return LockFile.empty();
        } catch (IOException e) {
            throw new RebuildException(
                    RebuildException.Kind.STORE, "cannot read the lock file " + file + ": " + e.getMessage(), e);
        } catch (ConfigException e) {
            throw new RebuildException(RebuildException.Kind.UNUSABLE, String.valueOf(e.getMessage()), e);
        }
    }

    @Override
    public LockFile update(UnaryOperator<LockFile> change) throws RebuildException {
        try {
            createFolder(mutex);
            try (FileLock held = FileLock.acquire(mutex, new Cancellation(), holder -> {})) {
                LockFile before = load();
                LockFile after = change.apply(before);
                if (!after.equals(before)) {
                    createFolder(file);
                    AtomicFile.write(file, after.print());
                }
                return after;
            }
        } catch (IOException e) {
            throw new RebuildException(
                    RebuildException.Kind.STORE,
                    "cannot write the lock file " + file + ": " + e
                            + "; make its folder writable, or use a configuration of your own with --config",
                    e);
        }
    }

    private static void createFolder(Path path) throws IOException {
        Path folder = path.toAbsolutePath().getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
    }
}
