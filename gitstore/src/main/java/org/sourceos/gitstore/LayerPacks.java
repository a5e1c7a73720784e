package org.sourceos.gitstore;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import org.sourceos.gitstore.git.ChangedContentException;
import org.sourceos.gitstore.git.GitObjects;
import org.sourceos.gitstore.git.ObjectType;
import org.sourceos.gitstore.git.PackWriter;
import org.sourceos.gitstore.tree.FileContent;

/**
 * The packs that one ingest writes: one of what is small, compressed, and one that machines read as a disk, with the large
 * files in whole pages. Several threads may add at once.
 */
final class LayerPacks implements AutoCloseable {
    private final PackWriter compressed;
    private final PackWriter paged;
    private final boolean forMachines;

    /** @param forMachines whether machines will read the files; otherwise everything is compressed */
    LayerPacks(GitObjects objects, Path packFolder, Path temporary, boolean forMachines) throws IOException {
        this.forMachines = forMachines;
        this.compressed = new PackWriter(objects, packFolder, Files.createDirectory(temporary.resolve("compressed")));
        this.paged = PackWriter.pageAligned(objects, packFolder, Files.createDirectory(temporary.resolve("paged")));
    }

    ObjectName add(ObjectType type, byte[] content) throws IOException {
        if (type != ObjectType.BLOB || !isPaged(content.length)) {
            return compressed.add(type, content);
        }
        MessageDigest sha1 = PackWriter.startName(content.length);
        sha1.update(content);
        ObjectName name = PackWriter.endName(sha1);
        if (paged.isNew(name)) {
            paged.addInPages(name, content.length, new ByteArrayInputStream(content));
        }
        return name;
    }

    private boolean isPaged(long size) {
        return forMachines && PackWriter.isForPages(size);
    }

    /**
     * Adds a blob that is too large for memory.
     *
     * @param crc32 of the content, which is read again if it is new
     * @throws ChangedContentException if it is not the same then
     */
    void addLarge(ObjectName name, long crc32, FileContent content) throws IOException {
        CRC32 again = new CRC32();
        boolean paging = isPaged(content.size());
        if (!(paging ? paged : compressed).isNew(name)) {
            return;
        }
        try (InputStream in = new CheckedInputStream(content.open(), again)) {
            if (paging) {
                paged.addInPages(name, content.size(), in);
            } else {
                compressed.addLarge(name, content.size(), in);
            }
        }
        if (again.getValue() != crc32) {
            throw new ChangedContentException();
        }
    }

    /** Completes both. What is in the one refers to what is in the other, so nothing may refer to either before. */
    void finish() throws IOException {
        FutureTask<Void> other = new FutureTask<>(() -> {
            paged.finish();
            return null;
        });
        Thread thread = new Thread(other, "store-pack");
        thread.setDaemon(true);
        thread.start();
        List<IOException> failures = new ArrayList<>();
        try {
            compressed.finish();
        } catch (IOException e) {
            failures.add(e);
        }
        try {
            other.get();
        } catch (ExecutionException e) {
            failures.add(e.getCause() instanceof IOException failure ? failure : new IOException(e.getCause()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            failures.add(new java.io.InterruptedIOException("interrupted while writing packs"));
        }
        if (!failures.isEmpty()) {
            throw failures.get(0);
        }
    }

    /** The name of the pack that machines can read from, once it is finished, if anything was added to it. */
    Optional<String> pagedPack() {
        return Optional.of(paged.packName()).filter(name -> !name.isEmpty());
    }

    @Override
    public void close() throws IOException {
        try (compressed;
                paged) {
            // Both are closed, whatever happens to one.
        }
    }
}
