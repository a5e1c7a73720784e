package org.sourceos.launcher.guest;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sourceos.host.Terminal;

/**
 * A program that runs beside the machine's own. {@link #run} belongs to one thread, the rest to any.
 *
 * <p>The guest sends no more output than was granted, so that what waits here for a slow reader has a bound.
 */
public final class GuestExec {
    private static final int WINDOW = 256 << 10;
    private static final int HANGUP = 1;
    private static final int KILL = 9;

    private record Chunk(boolean isError, byte[] bytes) {}

    private final GuestHub hub;
    private final int number;
    private final Credit credit = new Credit();
    private final ArrayDeque<Chunk> waiting = new ArrayDeque<>();
    private int allowed;
    private int owed;
    private boolean discarding;
    private boolean over;
    private boolean cancelled;
    private @Nullable GuestMessage end;

    GuestExec(GuestHub hub, int number) {
        this.hub = hub;
        this.number = number;
    }

    void begin() throws IOException {
        grant(WINDOW);
    }

    /** Nobody reads it any more: it is killed, and what it still says is dropped. */
    void abandon() {
        synchronized (this) {
            discarding = true;
            waiting.clear();
        }
        signal(KILL);
        regrant(WINDOW);
    }

    /** Ends {@link #run} and the program, whatever the guest does. */
    public synchronized void cancel() {
        cancelled = true;
        notifyAll();
    }

    private void grant(int bytes) throws IOException {
        synchronized (this) {
            allowed += bytes;
        }
        byte[] payload = ByteBuffer.allocate(Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(bytes)
                .array();
        hub.put(FrameType.OUTPUT_GRANT, number, payload, payload.length);
    }

    /** What the guest says of it; called by the thread that reads the machine's channel. */
    void take(GuestMessage message) throws IOException {
        if (message instanceof GuestMessage.Output output) {
            if (takeOutput(output)) {
                // Not through the queue that suppliers wait in: whoever reads must never wait for who is read from.
                regrant(output.bytes().remaining());
            }
        } else if (message instanceof GuestMessage.StdinGrant grant) {
            credit.add(grant.bytes());
        } else if (message instanceof GuestMessage.StdinClosed) {
            credit.close();
        } else if (message instanceof GuestMessage.Ready || message instanceof GuestMessage.Held) {
            throw new ProtocolException("it was ready a second time");
        } else {
            finish(message);
        }
    }

    private synchronized boolean takeOutput(GuestMessage.Output output) throws ProtocolException {
        int length = output.bytes().remaining();
        if (length > allowed) {
            throw new ProtocolException("session " + number + " sent more output than it was granted");
        }
        allowed -= length;
        if (discarding) {
            return true;
        }
        byte[] bytes = new byte[length];
        output.bytes().duplicate().get(bytes);
        waiting.add(new Chunk(output.isError(), bytes));
        notifyAll();
        return false;
    }

    private synchronized void regrant(int bytes) {
        owed += bytes;
        byte[] payload = ByteBuffer.allocate(Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(owed)
                .array();
        if (hub.send(FrameType.OUTPUT_GRANT, number, payload)) {
            allowed += owed;
            owed = 0;
        }
    }

    private void finish(GuestMessage message) {
        // First: whoever waits for the end may start the next at once.
        hub.free(number);
        synchronized (this) {
            end = message;
            over = true;
            notifyAll();
        }
        credit.close();
    }

    /** The machine has gone. */
    synchronized void gone() {
        over = true;
        credit.close();
        notifyAll();
    }

    /** Passes the streams on until the program has ended: how; empty when its machine has ended with it. */
    public Optional<GuestMessage> run(GuestStreams streams) throws IOException, InterruptedException {
        Thread feeder = new Thread(() -> feed(streams), "guest-exec-stdin");
        feeder.setDaemon(true);
        feeder.start();
        boolean[] broken = new boolean[2];
        try {
            while (true) {
                Chunk chunk;
                synchronized (this) {
                    while (waiting.isEmpty() && !over && !cancelled) {
                        wait();
                    }
                    if (waiting.isEmpty() || cancelled) {
                        return Optional.ofNullable(end);
                    }
                    chunk = waiting.remove();
                }
                write(chunk, streams, broken);
                if (!isOver()) {
                    grant(chunk.bytes().length);
                }
            }
        } finally {
            credit.close();
            if (!isOver()) {
                signal(HANGUP);
                abandon();
            }
        }
    }

    private synchronized boolean isOver() {
        return over;
    }

    private void write(Chunk chunk, GuestStreams streams, boolean[] broken) {
        int which = chunk.isError() ? 1 : 0;
        OutputStream out =
                chunk.isError() && streams instanceof GuestStreams.Pipes pipes ? pipes.stderr() : streams.stdout();
        if (broken[which]) {
            return;
        }
        try {
            out.write(chunk.bytes());
            out.flush();
        } catch (IOException e) {
            broken[which] = true;
            if (streams instanceof GuestStreams.Pipes) {
                hub.send(FrameType.CLOSE_OUTPUT, number, new byte[] {(byte) which});
            } else {
                signal(HANGUP);
            }
        }
    }

    private void feed(GuestStreams streams) {
        byte[] buffer = new byte[GuestSession.CHUNK];
        try {
            while (true) {
                int room = credit.await(buffer.length);
                int n = room == 0 ? 0 : GuestSession.read(streams, buffer, room);
                if (n <= 0) {
                    if (n < 0) {
                        hub.put(FrameType.STDIN_EOF, number, buffer, 0);
                    }
                    return;
                }
                credit.use(n);
                if (isOver()) {
                    return;
                }
                hub.put(FrameType.STDIN, number, buffer, n);
            }
        } catch (IOException | InterruptedException e) {
            // The machine has ended; who runs the session knows how.
        }
    }

    /** Sends the program's process group a signal; false when the guest does not listen. */
    public boolean signal(int signal) {
        return hub.send(FrameType.SIGNAL, number, new byte[] {(byte) signal});
    }

    /** Tells the program's terminal its new size. */
    public boolean resize(Terminal.Size size) {
        return hub.send(FrameType.RESIZE, number, StartMessage.size(size));
    }
}
