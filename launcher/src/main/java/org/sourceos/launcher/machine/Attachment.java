package org.sourceos.launcher.machine;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.sourceos.host.Terminal;
import org.sourceos.launcher.guest.GuestHub;

/**
 * Somebody who watches a machine's own program, and may type. {@link #run} belongs to one thread, the rest to any. One that
 * does not keep up with the program is let go, for neither the program nor its log waits for it.
 */
public final class Attachment implements AutoCloseable {
    /** Why it ended. */
    public enum Reason {
        MACHINE_ENDED,
        DETACHED,
        TOO_SLOW
    }

    private static final int LIMIT = 4 << 20;

    private record Chunk(boolean isError, byte[] bytes) {}

    private final Lifecycle life;
    private final GuestHub hub;
    private final Consumer<Attachment> onClose;
    private final ArrayDeque<Chunk> waiting = new ArrayDeque<>();
    private int size;
    private @Nullable Reason reason;

    Attachment(Lifecycle life, GuestHub hub, Consumer<Attachment> onClose) {
        this.life = life;
        this.hub = hub;
        this.onClose = onClose;
    }

    synchronized void offer(boolean isError, ByteBuffer bytes) {
        if (reason != null) {
            return;
        }
        if (size + bytes.remaining() > LIMIT) {
            reason = Reason.TOO_SLOW;
        } else {
            byte[] copy = new byte[bytes.remaining()];
            bytes.duplicate().get(copy);
            waiting.add(new Chunk(isError, copy));
            size += copy.length;
        }
        notifyAll();
    }

    synchronized void end(Reason why) {
        if (reason == null) {
            reason = why;
        }
        notifyAll();
    }

    /** Passes the program's output on until something ends it. */
    public Reason run(OutputStream out, OutputStream err) throws IOException, InterruptedException {
        try {
            while (true) {
                Chunk chunk;
                synchronized (this) {
                    while (waiting.isEmpty() && reason == null) {
                        wait();
                    }
                    if (reason == Reason.DETACHED || waiting.isEmpty()) {
                        return reason == null ? Reason.DETACHED : reason;
                    }
                    chunk = waiting.remove();
                    size -= chunk.bytes().length;
                }
                OutputStream to = chunk.isError() ? err : out;
                to.write(chunk.bytes());
                to.flush();
            }
        } finally {
            close();
        }
    }

    /** Input for the program; how much of it was taken, 0 when it takes none any more. */
    public int type(byte[] bytes, int from, int length) throws IOException, InterruptedException {
        return hub.type(bytes, from, length);
    }

    public boolean signal(int number) {
        return hub.signal(number);
    }

    public boolean resize(Terminal.Size size) {
        return hub.resize(size);
    }

    /** How the program ended, once it has; waits for that. */
    public Optional<MachineEnd> awaitEnd() throws InterruptedException {
        return life.awaitEnd();
    }

    /** Goes; the program goes on. */
    public void detach() {
        end(Reason.DETACHED);
    }

    @Override
    public void close() {
        detach();
        onClose.accept(this);
    }
}
