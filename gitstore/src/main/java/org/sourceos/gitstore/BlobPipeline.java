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
import org.sourceos.gitstore.git.ObjectType;
import org.sourceos.gitstore.git.PackWriter;
import org.sourceos.gitstore.tree.FileContent;
import org.sourceos.gitstore.tree.TreePath;

/**
 * Files on their way into a pack: read by the thread that visits them, hashed and deflated by others. What is in memory at
 * any moment is bounded; a large file goes through a temporary one.
 */
final class BlobPipeline implements AutoCloseable {
    /** Git and its relatives work with objects above this only in parts, or not at all. */
    private static final long MAX_OBJECT = (2L << 30) - 1;

    private static final int LARGE = 16 << 20;
    private static final int MEMORY_KIB = 96 << 10;
    private static final int MAX_THREADS = 4;

    private final PackWriter pack;
    private final Path temporary;
    private final ExecutorService workers = Executors.newFixedThreadPool(
            Math.min(MAX_THREADS, Math.max(1, Runtime.getRuntime().availableProcessors())), work -> {
                Thread thread = new Thread(work, "store-ingest");
                thread.setDaemon(true);
                return thread;
            });
    private final Semaphore memory = new Semaphore(MEMORY_KIB);
    private int spools;
    private volatile boolean failed;

    BlobPipeline(PackWriter pack, Path temporary) {
        this.pack = pack;
        this.temporary = temporary;
    }

    /** Reads the content before it returns; what it became is known later. */
    Future<PackedIngest.StoredContent> submit(TreePath path, FileContent content) throws IOException {
        long size = content.size();
        if (size > MAX_OBJECT) {
            throw new IOException(path + " has " + (size >> 20)
                    + " MiB; the store holds files below 2 GiB: split it, or keep it outside and fetch it at run time");
        }
        return size > LARGE ? submitLarge(path, content, size) : submitSmall(path, content, (int) size);
    }

    private Future<PackedIngest.StoredContent> submitSmall(TreePath path, FileContent content, int size)
            throws IOException {
        int permits = 1 + (size >> 10);
        reserve(permits);
        boolean handedOver = false;
        try {
            byte[] bytes;
            try (InputStream in = content.open()) {
                bytes = in.readNBytes(size);
                checkSize(path, size, bytes.length + (in.read() < 0 ? 0 : 1));
            }
            Future<PackedIngest.StoredContent> result = work(
                    permits,
                    () -> new PackedIngest.StoredContent(pack.add(ObjectType.BLOB, bytes), Digest.of(bytes), size));
            handedOver = true;
            return result;
        } finally {
            if (!handedOver) {
                memory.release(permits);
            }
        }
    }

    private Future<PackedIngest.StoredContent> submitLarge(TreePath path, FileContent content, long size)
            throws IOException {
        Path spool = temporary.resolve("content-" + spools++);
        MessageDigest sha1 = PackWriter.startName(size);
        MessageDigest sha256 = Digest.newMessageDigest();
        try (InputStream in = content.open();
                OutputStream out = Files.newOutputStream(spool)) {
            byte[] buffer = new byte[1 << 18];
            long seen = 0;
            for (int n = in.read(buffer); n >= 0 && seen <= size; n = in.read(buffer)) {
                sha1.update(buffer, 0, n);
                sha256.update(buffer, 0, n);
                out.write(buffer, 0, n);
                seen += n;
            }
            checkSize(path, size, seen);
        }
        ObjectName name = PackWriter.endName(sha1);
        Digest digest = Digest.finish(sha256);
        int permits = LARGE >> 10;
        reserve(permits);
        return work(permits, () -> {
            pack.addBlob(spool, name, size);
            Files.delete(spool);
            return new PackedIngest.StoredContent(name, digest, size);
        });
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
                if (failed) {
                    throw new IOException("another file could not be stored");
                }
                return task.call();
            } catch (Exception | Error e) {
                failed = true;
                throw e;
            } finally {
                memory.release(permits);
            }
        });
    }

    /** Returns when no worker runs any more, so that what they write to can be closed and removed. */
    @Override
    public void close() {
        failed = true;
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
