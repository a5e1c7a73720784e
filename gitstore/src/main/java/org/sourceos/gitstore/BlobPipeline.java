package org.sourceos.gitstore;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;
import org.sourceos.gitstore.git.ChangedContentException;
import org.sourceos.gitstore.git.ObjectType;
import org.sourceos.gitstore.git.PackWriter;
import org.sourceos.gitstore.tree.FileContent;
import org.sourceos.gitstore.tree.TreePath;

/**
 * Files on their way into packs. Those that can be opened at any time are read, hashed and written by workers; those of a
 * stream are read by the thread that visits it. What is in memory at any moment is bounded: a large file is read twice, once
 * for its name and once more if it is new, and one of a stream goes through a temporary file.
 */
final class BlobPipeline implements AutoCloseable {
    /** Git and its relatives work with objects above this only in parts, or not at all. */
    private static final long MAX_OBJECT = (2L << 30) - 1;

    private static final int LARGE = 4 << 20;
    private static final int MEMORY_KIB = 48 << 10;
    private static final int MAX_THREADS = 4;

    private final LayerPacks packs;
    private final Path temporary;
    private final ExecutorService workers = Executors.newFixedThreadPool(
            Math.min(MAX_THREADS, Math.max(1, Runtime.getRuntime().availableProcessors())), work -> {
                Thread thread = new Thread(work, "store-ingest");
                thread.setDaemon(true);
                return thread;
            });
    private final Semaphore memory = new Semaphore(MEMORY_KIB);
    private int spools;
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

    BlobPipeline(LayerPacks packs, Path temporary) {
        this.packs = packs;
        this.temporary = temporary;
    }

    /** What became of the content is known later; if it does not last, it has been read when this returns. */
    Future<PackedIngest.StoredContent> submit(TreePath path, FileContent content) throws IOException {
        long size = content.size();
        if (size > MAX_OBJECT) {
            throw new IOException(path + " has " + (size >> 20)
                    + " MiB; the store holds files below 2 GiB: split it, or keep it outside and fetch it at run time");
        }
        if (size > LARGE) {
            FileContent large = content.lasts() ? content : spooled(path, content);
            return work(0, () -> storeLarge(path, large));
        }
        if (content.lasts()) {
            return work(0, () -> store(read(path, content)));
        }
        int permits = 1 + (int) (size >> 10);
        reserve(permits);
        boolean handedOver = false;
        try {
            byte[] bytes = read(path, content);
            Future<PackedIngest.StoredContent> result = work(permits, () -> store(bytes));
            handedOver = true;
            return result;
        } finally {
            if (!handedOver) {
                memory.release(permits);
            }
        }
    }

    private static byte[] read(TreePath path, FileContent content) throws IOException {
        int size = (int) content.size();
        try (InputStream in = content.open()) {
            byte[] bytes = in.readNBytes(size);
            checkSize(path, size, bytes.length + (in.read() < 0 ? 0 : 1));
            return bytes;
        }
    }

    private PackedIngest.StoredContent store(byte[] bytes) throws IOException {
        return new PackedIngest.StoredContent(packs.add(ObjectType.BLOB, bytes), Digest.of(bytes), bytes.length);
    }

    private PackedIngest.StoredContent storeLarge(TreePath path, FileContent content) throws IOException {
        long size = content.size();
        MessageDigest sha1 = PackWriter.startName(size);
        MessageDigest sha256 = Digest.newMessageDigest();
        CRC32 crc = new CRC32();
        try (InputStream in = content.open()) {
            byte[] buffer = new byte[1 << 17];
            long seen = 0;
            for (int n = in.read(buffer); n >= 0 && seen <= size; n = in.read(buffer)) {
                sha1.update(buffer, 0, n);
                sha256.update(buffer, 0, n);
                crc.update(buffer, 0, n);
                seen += n;
            }
            checkSize(path, size, seen);
        }
        ObjectName name = PackWriter.endName(sha1);
        try {
            packs.addLarge(name, crc.getValue(), content);
        } catch (ChangedContentException e) {
            throw new IOException(path + " changed while it was read: its content is not what it was", e);
        }
        return new PackedIngest.StoredContent(name, Digest.finish(sha256), size);
    }

    /** What a stream shows once, as a file; it is removed with the folder it is in. */
    private FileContent spooled(TreePath path, FileContent content) throws IOException {
        Path spool = temporary.resolve("content-" + spools++);
        long size = content.size();
        try (InputStream in = content.open();
                OutputStream out = Files.newOutputStream(spool)) {
            checkSize(path, size, in.transferTo(out));
        }
        return new Spooled(spool, size);
    }

    private record Spooled(Path file, long size) implements FileContent {
        @Override
        public InputStream open() throws IOException {
            return Files.newInputStream(file);
        }
    }

    private static void checkSize(TreePath path, long expected, long actual) throws IOException {
        if (expected != actual) {
            throw new IOException(
                    path + " changed while it was read: it was " + expected + " bytes long and is not now");
        }
    }

    private void reserve(int permits) throws IOException {
        try {
            memory.acquire(permits);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while storing files");
        }
    }

    private Future<PackedIngest.StoredContent> work(int permits, Callable<PackedIngest.StoredContent> task) {
        return workers.submit(() -> {
            try {
                Throwable first = failure.get();
                if (first != null) {
                    throw new IOException(first.getMessage(), first);
                }
                return task.call();
            } catch (Exception | Error e) {
                failure.compareAndSet(null, e);
                throw e;
            } finally {
                memory.release(permits);
            }
        });
    }

    /** Returns when no worker runs any more, so that what they write to can be closed and removed. */
    @Override
    public void close() {
        failure.compareAndSet(null, new IOException("another file could not be stored"));
        workers.shutdownNow();
        boolean interrupted = false;
        while (true) {
            try {
                if (workers.awaitTermination(1, TimeUnit.MINUTES)) {
                    break;
                }
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
