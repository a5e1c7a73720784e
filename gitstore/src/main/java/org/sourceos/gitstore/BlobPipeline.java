package org.sourceos.gitstore;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.sourceos.gitstore.git.PagedPart;
import org.sourceos.gitstore.known.KnownFiles;
import org.sourceos.gitstore.tree.FileContent;
import org.sourceos.gitstore.tree.TreePath;

/**
 * Files on their way into packs. Those that can be opened at any time are read, hashed and written by workers, small ones many at
 * a time; those of a stream are read by the thread that visits it. What is in memory at any moment is bounded: a large file is
 * read twice, once for its name and once more if it is new, and one of a stream goes through a temporary file.
 *
 * <p>What machines read goes first: when all of it is there, that pack can be summed, which takes one thread long, while the rest
 * is still stored.
 */
final class BlobPipeline implements AutoCloseable {
    /** Git and its relatives work with objects above this only in parts, or not at all. */
    private static final long MAX_OBJECT = (2L << 30) - 1;

    private static final int LARGE = PagedPart.CONTENT;
    private static final int MEMORY_KIB = 48 << 10;
    private static final int MAX_THREADS = 4;
    /** To hand work over costs more than to read a small file. */
    private static final int BATCH_FILES = 64;

    private static final long BATCH_BYTES = 1 << 20;

    private final LayerPacks packs;
    private final KnownFiles known;
    private final Path temporary;
    private final ExecutorService workers = Executors.newFixedThreadPool(
            Math.min(MAX_THREADS, Math.max(1, Runtime.getRuntime().availableProcessors())), work -> {
                Thread thread = new Thread(work, "store-ingest");
                thread.setDaemon(true);
                return thread;
            });
    private final Queue<ContentStorer> idle = new ConcurrentLinkedQueue<>();
    private final Semaphore memory = new Semaphore(MEMORY_KIB);
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private final Batch paged = new Batch(new ConcurrentLinkedQueue<>());
    private final Batch compressed = new Batch(new ConcurrentLinkedQueue<>());
    /** Batches of what machines read that are not stored yet, and one for those that may still come. */
    private final AtomicInteger unpaged = new AtomicInteger(1);

    private int spools;

    BlobPipeline(LayerPacks packs, KnownFiles known, Path temporary) {
        this.packs = packs;
        this.known = known;
        this.temporary = temporary;
    }

    /** Files that are handed over together, those that wait to be, and which were. */
    private static final class Batch {
        private final Queue<FutureTask<?>> handedOver;
        private List<Pending> files = new ArrayList<>();
        private long bytes;

        Batch(Queue<FutureTask<?>> handedOver) {
            this.handedOver = handedOver;
        }

        void add(Pending file) {
            files.add(file);
            bytes += file.content.size();
        }

        boolean isFull() {
            return files.size() >= BATCH_FILES || bytes >= BATCH_BYTES;
        }

        List<Pending> take() {
            List<Pending> taken = files;
            files = new ArrayList<>();
            bytes = 0;
            return taken;
        }
    }

    /** A file that was submitted. */
    static final class Pending {
        private final TreePath path;
        private final FileContent content;
        private final int permits;
        private PackedIngest.@Nullable StoredContent stored;
        private @Nullable Future<?> batch;

        private Pending(TreePath path, FileContent content, int permits) {
            this.path = path;
            this.content = content;
            this.permits = permits;
        }

        /** What became of it; {@link BlobPipeline#endSubmitting} has been called. */
        PackedIngest.StoredContent await() throws IOException {
            Future<?> handedOver = batch;
            if (handedOver == null) {
                throw new IllegalStateException("nothing was told to store " + path);
            }
            PackedIngest.await(handedOver);
            PackedIngest.StoredContent result = stored;
            if (result == null) {
                throw new IllegalStateException("a batch without a failure is stored as a whole: " + path);
            }
            return result;
        }
    }

    /** What became of the content is known later; if it does not last, it has been read when this returns. */
    Pending submit(TreePath path, FileContent content) throws IOException {
        long size = content.size();
        if (size > MAX_OBJECT) {
            throw new IOException(path + " has " + (size >> 20)
                    + " MiB; the store holds files below 2 GiB: split it, or keep it outside and fetch it at run time");
        }
        if (content.lasts()) {
            return add(new Pending(path, content, 0));
        }
        if (size > LARGE) {
            return add(new Pending(path, spooled(path, content), 0));
        }
        int permits = 1 + (int) (size >> 10);
        reserve(permits);
        return add(new Pending(path, new Held(read(path, content)), permits));
    }

    private Pending add(Pending file) {
        Batch batch = packs.isPaged(file.content.size()) ? paged : compressed;
        batch.add(file);
        if (batch.isFull()) {
            handOver(batch);
        }
        return file;
    }

    /** Hands over what is left: nothing more is submitted. */
    void endSubmitting() {
        handOver(paged);
        handOver(compressed);
        pagedAreStored();
    }

    private void handOver(Batch batch) {
        List<Pending> files = batch.take();
        if (files.isEmpty()) {
            return;
        }
        if (batch == paged) {
            unpaged.incrementAndGet();
        }
        FutureTask<?> task = new FutureTask<>(() -> {
            store(files);
            if (batch == paged) {
                pagedAreStored();
            }
            return null;
        });
        files.forEach(file -> file.batch = task);
        batch.handedOver.add(task);
        workers.execute(this::work);
    }

    /** There are as many of these as batches, so each finds one. */
    private void work() {
        FutureTask<?> task = paged.handedOver.poll();
        if (task == null) {
            task = Objects.requireNonNull(compressed.handedOver.poll(), "one was handed over for each");
        }
        task.run();
    }

    private void pagedAreStored() {
        if (unpaged.decrementAndGet() == 0) {
            packs.endPaged();
        }
    }

    private void store(List<Pending> files) throws IOException {
        ContentStorer storer = idle.poll();
        if (storer == null) {
            storer = new ContentStorer(packs, known);
        }
        try {
            for (Pending file : files) {
                Throwable first = failure.get();
                if (first != null) {
                    throw new IOException(first.getMessage(), first);
                }
                file.stored = storer.store(file.path, file.content);
            }
        } catch (IOException | RuntimeException | Error e) {
            failure.compareAndSet(null, e);
            throw e;
        } finally {
            idle.add(storer);
            memory.release(files.stream().mapToInt(file -> file.permits).sum());
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

    private record Held(byte[] bytes) implements FileContent {
        @Override
        public long size() {
            return bytes.length;
        }

        @Override
        public InputStream open() {
            return new ByteArrayInputStream(bytes);
        }
    }

    private record Spooled(Path file, long size) implements FileContent {
        @Override
        public InputStream open() throws IOException {
            return Files.newInputStream(file);
        }

        @Override
        public ReadableByteChannel channel() throws IOException {
            return FileChannel.open(file, StandardOpenOption.READ);
        }
    }

    private static void checkSize(TreePath path, long expected, long actual) throws IOException {
        if (expected != actual) {
            throw new IOException(
                    path + " changed while it was read: it was " + expected + " bytes long and is not now");
        }
    }

    private void reserve(int permits) throws IOException {
        if (memory.tryAcquire(permits)) {
            return;
        }
        // What waits to be handed over holds some.
        handOver(paged);
        handOver(compressed);
        try {
            memory.acquire(permits);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while storing files");
        }
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
        idle.forEach(ContentStorer::close);
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
