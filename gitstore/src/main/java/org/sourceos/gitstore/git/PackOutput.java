package org.sourceos.gitstore.git;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/**
 * The file of a pack that is being written: small pieces are collected, and large ones, whose place is taken first, go to the
 * file past each other, from several threads. The disk writes meanwhile.
 */
final class PackOutput implements AutoCloseable {
    private static final int BUFFER = 1 << 18;
    private static final int HEADER = 12;
    private static final int SUMMED_AT_ONCE = 1 << 18;
    private static final long FLUSH_EVERY = 64L << 20;

    private final FileChannel channel;
    /** What comes right before {@link #position} and is not in the file yet. */
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);

    private long position;
    private long flushedTo;
    private @Nullable Thread flushing;

    PackOutput(Path file) throws IOException {
        this.channel = FileChannel.open(
                file, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
        append(new byte[HEADER], 0, HEADER);
    }

    synchronized long position() {
        return position;
    }

    synchronized void append(byte[] bytes, int offset, int length) throws IOException {
        int from = offset;
        int left = length;
        while (left > 0) {
            int n = Math.min(left, buffer.remaining());
            buffer.put(bytes, from, n);
            from += n;
            left -= n;
            position += n;
            if (!buffer.hasRemaining()) {
                flush();
            }
        }
    }

    /** Leaves room at the end, for {@link #write}. */
    synchronized void skip(long length) throws IOException {
        flush();
        position += length;
        beginToFlushSometimes();
    }

    /** Fills what {@link #skip} left; by several threads at once. */
    void write(ByteBuffer bytes, long at) throws IOException {
        long to = at;
        while (bytes.hasRemaining()) {
            to += channel.write(bytes, to);
        }
    }

    private void flush() throws IOException {
        write(buffer.flip(), position - buffer.limit());
        buffer.clear();
        beginToFlushSometimes();
    }

    private void beginToFlushSometimes() {
        if (position - flushedTo > FLUSH_EVERY) {
            beginToFlush();
        }
    }

    /** Writes how many objects there are and the checksum, which this returns, and flushes it all to the disk. */
    synchronized byte[] end(int objects) throws IOException {
        flush();
        write(
                ByteBuffer.allocate(HEADER)
                        .putInt(0x5041434b)
                        .putInt(2)
                        .putInt(objects)
                        .flip(),
                0);
        beginToFlush();
        byte[] checksum = sum();
        endFlushing();
        append(checksum, 0, checksum.length);
        flush();
        channel.force(true);
        channel.close();
        return checksum;
    }

    /** The disk writes while more is added, and while it is summed; what counts is the flush at the end. */
    private void beginToFlush() {
        Thread before = flushing;
        if (before != null && before.isAlive()) {
            return;
        }
        flushedTo = position;
        Thread thread = new Thread(this::flushToDisk, "store-flush");
        thread.setDaemon(true);
        thread.start();
        flushing = thread;
    }

    private void flushToDisk() {
        try {
            channel.force(false);
        } catch (IOException e) {
            // The flush that counts fails too, or succeeds.
        }
    }

    private void endFlushing() throws IOException {
        Thread begun = flushing;
        if (begun == null) {
            return;
        }
        try {
            begun.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new java.io.InterruptedIOException("interrupted while writing a pack");
        }
    }

    /** The pack's checksum covers its number of objects, known only now, hence a second pass; the file is in memory still. */
    private byte[] sum() throws IOException {
        MessageDigest digest = Sha1.start();
        ByteBuffer direct = ByteBuffer.allocateDirect(SUMMED_AT_ONCE);
        byte[] chunk = new byte[SUMMED_AT_ONCE];
        long at = 0;
        for (int n = channel.read(direct, at); n >= 0; n = channel.read(direct, at)) {
            at += n;
            direct.get(0, chunk, 0, n);
            digest.update(chunk, 0, n);
            direct.clear();
        }
        return digest.digest();
    }

    @Override
    public void close() throws IOException {
        channel.close();
        endFlushing();
    }
}
