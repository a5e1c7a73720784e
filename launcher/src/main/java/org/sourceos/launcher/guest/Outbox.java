package org.sourceos.launcher.guest;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * What waits to be written to the guest. A guest that does not read stops nobody but the supplier of its input: its
 * queue is short, and signals that do not fit are dropped.
 */
final class Outbox {
    private static final int FRAMES = 16;
    private static final int STEP_MILLIS = 100;

    private final GuestChannel channel;
    private final ArrayBlockingQueue<ByteBuffer> frames = new ArrayBlockingQueue<>(FRAMES);
    private volatile boolean closed;
    private final Thread writer = new Thread(this::write, "guest-writer");

    Outbox(GuestChannel channel) {
        this.channel = channel;
        writer.setDaemon(true);
        writer.start();
    }

    /** Waits until there is room; false when there will be none any more. */
    boolean put(ByteBuffer frame) throws InterruptedException {
        while (!closed) {
            if (frames.offer(frame, STEP_MILLIS, TimeUnit.MILLISECONDS)) {
                return true;
            }
        }
        return false;
    }

    /** As {@link #put}, where there is nothing to do but to say that it was in vain. */
    void send(ByteBuffer frame) throws IOException {
        try {
            if (!put(frame)) {
                throw new IOException("the machine has ended");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /** Without waiting; false when the guest has not read what was sent before. */
    boolean offer(ByteBuffer frame) {
        return frames.offer(frame);
    }

    private void write() {
        try {
            while (true) {
                channel.write(frames.take());
            }
        } catch (IOException | InterruptedException e) {
            // The machine has ended; its reader knows how.
        }
    }

    void close() {
        closed = true;
        writer.interrupt();
    }
}
