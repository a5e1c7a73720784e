package org.sourceos.gitstore.git;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A pack that is there, with its index, which is read when it is needed and then kept. Nothing of it stays open. */
final class KnownPack {
    private final Path file;
    private @Nullable PackIndex index;
    private @Nullable FileStamp stamp;

    /** @param file the {@code .pack} */
    KnownPack(Path file) {
        this.file = file;
    }

    Path file() {
        return file;
    }

    Path indexFile() {
        return PackFiles.beside(file, ".idx");
    }

    /** Fails with {@link NoSuchFileException} when it was collected meanwhile. */
    synchronized PackIndex index() throws IOException {
        PackIndex opened = index;
        if (opened == null) {
            stamp = FileStamp.of(indexFile());
            opened = PackIndex.open(indexFile());
            index = opened;
        }
        return opened;
    }

    /** Where in the pack the object begins; -1 when it is not in it, or it is gone. */
    long offset(byte[] name) throws IOException {
        try {
            return index().offset(name);
        } catch (NoSuchFileException e) {
            return -1;
        }
    }

    /** Whether what was read of it is still what is there: a repair writes an index anew under its name. */
    synchronized boolean isCurrent() throws IOException {
        FileStamp read = stamp;
        try {
            return index == null || read == null || FileStamp.of(indexFile()).looksLike(read);
        } catch (NoSuchFileException e) {
            return false;
        }
    }
}
