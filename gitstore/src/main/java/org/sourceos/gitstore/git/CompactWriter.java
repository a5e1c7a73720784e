package org.sourceos.gitstore.git;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.sourceos.host.Cancellation;
import org.sourceos.host.Directories;

/**
 * Writes objects as small as possible into packs of moderate size, each complete in itself. Several threads compress; what
 * they made is written in order, so the same objects give the same packs.
 */
final class CompactWriter {
    /** A pack that is finished need not be written again after an interruption. */
    private static final long ENOUGH_FOR_A_PACK = 128L << 20;

    private static final long ENOUGH_FOR_A_BATCH = 16L << 20;
    private static final int MOST_IN_A_BATCH = 4_000;
    private static final int MAX_THREADS = 4;
    /** What one may need for large files that are alike. */
    private static final long MEMORY_OF_A_THREAD = 384L << 20;

    private final GitObjects objects;
    private final Path packFolder;
    private final Path temporary;
    private final Cancellation cancellation;
    private final Listener listener;
    private int packs;

    /** Hears what has been done. */
    interface Listener {
        /** So much content is in a pack, or will be. */
        void written(long bytes);

        /** This pack is among the repository's. */
        void finished(String packName) throws IOException;
    }

    /** @param temporary an empty folder on the repository's file system, removed by the caller */
    CompactWriter(GitObjects objects, Path packFolder, Path temporary, Cancellation cancellation, Listener listener) {
        this.objects = objects;
        this.packFolder = packFolder;
        this.temporary = temporary;
        this.cancellation = cancellation;
        this.listener = listener;
    }

    /** Batches of what is alike, in order. */
    static List<List<CompactItem>> batches(List<CompactItem> items) {
        List<CompactItem> sorted = new ArrayList<>(items);
        sorted.sort(CompactItem.ALIKE);
        List<List<CompactItem>> batches = new ArrayList<>();
        int from = 0;
        long bytes = 0;
        for (int at = 0; at < sorted.size(); at++) {
            CompactItem item = sorted.get(at);
            boolean alike = at > from && item.isLike(sorted.get(at - 1));
            boolean full = bytes >= (alike ? 4 : 1) * ENOUGH_FOR_A_BATCH || at - from >= MOST_IN_A_BATCH;
            boolean alone = item.size() > CompactBatch.LARGEST_DELTA;
            if (at > from && (full || alone)) {
                batches.add(List.copyOf(sorted.subList(from, at)));
                from = at;
                bytes = 0;
            }
            bytes += item.size();
        }
        if (from < sorted.size()) {
            batches.add(List.copyOf(sorted.subList(from, sorted.size())));
        }
        return batches;
    }

    void write(List<CompactItem> items) throws IOException {
        Runtime runtime = Runtime.getRuntime();
        int threads = (int) Math.max(
                1,
                Math.min(
                        Math.min(MAX_THREADS, runtime.availableProcessors()),
                        runtime.maxMemory() / MEMORY_OF_A_THREAD));
        ExecutorService workers = Executors.newFixedThreadPool(threads, work -> {
            Thread thread = new Thread(work, "store-compact");
            thread.setDaemon(true);
            return thread;
        });
        try {
            Deque<List<CompactItem>> waiting = new ArrayDeque<>(batches(items));
            Deque<Future<List<CompactBatch.Encoded>>> begun = new ArrayDeque<>();
            while (!waiting.isEmpty() || !begun.isEmpty()) {
                writePack(waiting, begun, workers, threads + 1);
            }
        } finally {
            end(workers);
        }
    }

    private static void end(ExecutorService workers) {
        workers.shutdownNow();
        try {
            // They read from packs that the caller is going to remove.
            if (!workers.awaitTermination(1, TimeUnit.MINUTES)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void writePack(
            Deque<List<CompactItem>> waiting,
            Deque<Future<List<CompactBatch.Encoded>>> begun,
            ExecutorService workers,
            int most)
            throws IOException {
        Path folder = Files.createDirectories(temporary.resolve("compact-" + packs++));
        try (PackWriter writer = PackWriter.again(packFolder, folder)) {
            while (writer.bytesWritten() < ENOUGH_FOR_A_PACK) {
                while (begun.size() < most && !waiting.isEmpty()) {
                    CompactBatch batch = new CompactBatch(objects, waiting.remove(), cancellation);
                    begun.add(workers.submit(batch::encode));
                }
                Future<List<CompactBatch.Encoded>> next = begun.poll();
                if (next == null) {
                    break;
                }
                append(objects, await(next), writer, cancellation, listener);
            }
            writer.finish();
            if (!writer.packName().isEmpty()) {
                listener.finished(writer.packName());
            }
        } finally {
            Directories.remove(folder);
        }
    }

    private static List<CompactBatch.Encoded> await(Future<List<CompactBatch.Encoded>> batch) throws IOException {
        try {
            return batch.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while compressing");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException failure) {
                throw failure;
            }
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new IOException(e.getCause());
        }
    }

    /** Adds some to a pack that is being written, one after the other. */
    static void append(GitObjects objects, List<CompactItem> items, PackWriter writer, Cancellation cancellation)
            throws IOException {
        for (List<CompactItem> batch : batches(items)) {
            append(
                    objects,
                    new CompactBatch(objects, batch, cancellation).encode(),
                    writer,
                    cancellation,
                    new Listener() {
                        @Override
                        public void written(long bytes) {
                            // Nobody asked.
                        }

                        @Override
                        public void finished(String packName) {
                            throw new IllegalStateException("who began the pack finishes it");
                        }
                    });
        }
    }

    private static void append(
            GitObjects objects,
            List<CompactBatch.Encoded> batch,
            PackWriter writer,
            Cancellation cancellation,
            Listener listener)
            throws IOException {
        long[] places = new long[batch.size()];
        for (int i = 0; i < places.length; i++) {
            cancellation.throwIfCancelled();
            CompactBatch.Encoded encoded = batch.get(i);
            CompactItem item = encoded.item();
            places[i] = writer.bytesWritten();
            byte @Nullable [] deflated = encoded.deflated();
            if (deflated == null) {
                // Read to its end, it is compared with its name.
                GitObject object = item.open(objects);
                try (InputStream in = object.open()) {
                    writer.addLarge(object.name(), object.size(), in, CompactBatch.LEVEL);
                }
            } else {
                byte[] head = encoded.base() < 0
                        ? EntryHeader.of(item.type(), encoded.inflated())
                        : EntryHeader.ofDelta(encoded.inflated(), places[i] - places[encoded.base()]);
                writer.addEntry(item.key(), head, deflated, 0, deflated.length);
            }
            listener.written(item.size());
        }
    }
}
