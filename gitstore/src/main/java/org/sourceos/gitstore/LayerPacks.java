package org.sourceos.gitstore;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import org.jspecify.annotations.Nullable;
import org.sourceos.gitstore.git.ChangedContentException;
import org.sourceos.gitstore.git.GitObjects;
import org.sourceos.gitstore.git.ObjectEncoder;
import org.sourceos.gitstore.git.ObjectType;
import org.sourceos.gitstore.git.PackWriter;
import org.sourceos.gitstore.git.PagedPart;
import org.sourceos.gitstore.tree.FileContent;

/**
 * The packs that one ingest writes: one of what is small, compressed, and one that machines read as a disk, with the large
 * files in whole pages. Several threads may add at once.
 */
final class LayerPacks implements AutoCloseable {
    private final PackWriter compressed;
    private final PackWriter paged;
    private final boolean forMachines;
    private @Nullable FutureTask<Void> sealing;
    private @Nullable Thread sealer;

    /** @param forMachines whether machines will read the files; otherwise everything is compressed */
    LayerPacks(GitObjects objects, Path packFolder, Path temporary, boolean forMachines) throws IOException {
        this.forMachines = forMachines;
        Path small = Files.createDirectory(temporary.resolve("compressed"));
        this.compressed = forMachines
                ? PackWriter.storingSmall(objects, packFolder, small)
                : new PackWriter(objects, packFolder, small);
        this.paged = PackWriter.pageAligned(objects, packFolder, Files.createDirectory(temporary.resolve("paged")));
    }

    /** Adds what is compressed: everything but a blob that {@link #isPaged}. */
    ObjectName add(ObjectType type, byte[] content, int size, ObjectEncoder encoder) throws IOException {
        return compressed.add(type, content, size, encoder);
    }

    /** Whether a blob of that size goes where machines can read it. */
    boolean isPaged(long size) {
        return forMachines && PackWriter.isForPages(size);
    }

    /** Adds a blob that {@link #isPaged} and is in the part as a whole. */
    void addPaged(ObjectName name, long size, PagedPart part) throws IOException {
        if (paged.isNew(name)) {
            paged.addInPages(name, size, part);
        }
    }

    /**
     * Adds a blob that is too large for memory.
     *
     * @param crc32 of the content, which is read again if it is new
     * @throws ChangedContentException if it is not the same then
     */
    void addLarge(ObjectName name, long crc32, FileContent content, PagedPart part) throws IOException {
        boolean paging = isPaged(content.size());
        if (!(paging ? paged : compressed).isNew(name)) {
            return;
        }
        CRC32 again = new CRC32();
        if (paging) {
            try (ReadableByteChannel in = content.channel()) {
                paged.addInPages(name, content.size(), in, part, (bytes, length) -> again.update(bytes, 0, length));
            }
        } else {
            try (InputStream in = new CheckedInputStream(content.open(), again)) {
                compressed.addLarge(name, content.size(), in);
            }
        }
        if (again.getValue() != crc32) {
            throw new ChangedContentException();
        }
    }

    /** All blobs that {@link #isPaged} are there: their pack is summed and flushed while the rest is made. */
    void endPaged() {
        FutureTask<Void> task = new FutureTask<>(() -> {
            paged.seal();
            return null;
        });
        sealing = task;
        Thread thread = new Thread(task, "store-pack");
        thread.setDaemon(true);
        thread.start();
        sealer = thread;
    }

    /** Completes both. What is in the one refers to what is in the other, so nothing may refer to either before. */
    void finish() throws IOException {
        List<IOException> failures = new ArrayList<>();
        try {
            compressed.seal();
        } catch (IOException e) {
            failures.add(e);
        }
        try {
            awaitPaged();
        } catch (IOException e) {
            failures.add(e);
        }
        if (!failures.isEmpty()) {
            throw failures.get(0);
        }
        paged.finish();
        compressed.finish();
    }

    private void awaitPaged() throws IOException {
        FutureTask<Void> begun = sealing;
        if (begun == null) {
            return;
        }
        try {
            begun.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException failure ? failure : new IOException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new java.io.InterruptedIOException("interrupted while writing packs");
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
        } finally {
            awaitThread();
        }
    }

    /** What it writes to is closed; when it has ended, its folder can be removed. */
    private void awaitThread() {
        Thread thread = sealer;
        boolean interrupted = false;
        while (thread != null && thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
