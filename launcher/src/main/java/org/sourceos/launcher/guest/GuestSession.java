package org.sourceos.launcher.guest;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.sourceos.gitstore.image.Readiness;
import org.sourceos.host.Terminal;

/**
 * One program's run, seen from the host: passes the streams on and reads how it ended.
 *
 * <p>{@link #awaitReady} and {@link #run} belong to one thread; {@link #signal}, {@link #resize} to any. Both end when the
 * channel is closed.
 */
public final class GuestSession {
    /** One write to the port carries 32 KiB; a frame of this size fits. */
    static final int CHUNK = 32 * 1024 - GuestChannel.HEADER;

    private final GuestChannel channel;
    private final Credit credit = new Credit();
    private final Outbox outbox;
    private volatile boolean started;

    public GuestSession(GuestChannel channel) {
        this.channel = channel;
        this.outbox = new Outbox(channel);
    }

    /** Waits for PID 1. */
    public ReadyOutcome awaitReady() throws IOException {
        return awaitReady(channel);
    }

    static ReadyOutcome awaitReady(GuestChannel channel) throws IOException {
        Optional<GuestMessage> message = channel.read();
        if (message.isEmpty()) {
            return ReadyOutcome.GONE;
        }
        if (message.get() instanceof GuestMessage.Ready ready) {
            if (ready.protocolVersion() != GuestChannel.PROTOCOL_VERSION) {
                throw new ProtocolException("its init speaks version " + ready.protocolVersion()
                        + " of the protocol, this host version " + GuestChannel.PROTOCOL_VERSION);
            }
            return ReadyOutcome.READY;
        }
        if (message.get() instanceof GuestMessage.Failed failed) {
            return new ReadyOutcome(false, Optional.of(failed.text()));
        }
        throw new ProtocolException("it sent something else before READY");
    }

    /**
     * Asks a guest that has been ready before, in another machine's life, whether it lives, and waits for its answer.
     *
     * @param question up to 64 bytes that no other guest was asked
     */
    public ReadyOutcome awaitAnswer(byte[] question) throws IOException {
        return awaitAnswer(channel, outbox, question);
    }

    static ReadyOutcome awaitAnswer(GuestChannel channel, Outbox outbox, byte[] question) throws IOException {
        outbox.offer(GuestChannel.frame(FrameType.PING, 0, question, 0, question.length));
        Optional<GuestMessage> message = channel.read();
        if (message.isEmpty()) {
            return ReadyOutcome.GONE;
        }
        if (message.get() instanceof GuestMessage.Pong pong && pong.payload().equals(ByteBuffer.wrap(question))) {
            return ReadyOutcome.READY;
        }
        if (message.get() instanceof GuestMessage.Failed failed) {
            return new ReadyOutcome(false, Optional.of(failed.text()));
        }
        throw new ProtocolException("it sent something else than the answer to PING");
    }

    /** How the wait for PID 1 ended: it is there, it has said why not, or it has gone without a word. */
    public record ReadyOutcome(boolean ready, Optional<String> error) {
        private static final ReadyOutcome READY = new ReadyOutcome(true, Optional.empty());
        private static final ReadyOutcome GONE = new ReadyOutcome(false, Optional.empty());
    }

    /**
     * Runs the program to its end: an {@link GuestMessage.Exited}, {@link GuestMessage.Signalled},
     * {@link GuestMessage.NotStarted} or {@link GuestMessage.Failed}; empty when the guest has gone without a word.
     */
    public Optional<GuestMessage> run(List<ByteBuffer> start, GuestStreams streams) throws IOException {
        return run(start, new byte[0], streams);
    }

    /** The same with a program that stands still and, in another machine's life, has said this already. */
    public Optional<GuestMessage> run(List<ByteBuffer> start, byte[] said, GuestStreams streams) throws IOException {
        Thread feeder = new Thread(() -> feed(start, streams), "guest-stdin");
        feeder.setDaemon(true);
        feeder.start();
        try {
            boolean[] broken = new boolean[2];
            pass(new GuestChannel(new SaidBefore(said)), streams, broken);
            return pass(channel, streams, broken);
        } finally {
            // The feeder may be waiting for somebody to type. It is not interrupted, for that would close an input that
            // is
            // a channel; it ends when the input gives something and finds nobody to pass it to.
            close();
        }
    }

    /** Ends what it keeps for the guest; also for one that never came to run a program. */
    public void close() {
        credit.close();
        outbox.close();
    }

    /**
     * Starts a program and has it stand still when it is ready.
     *
     * @param said takes what the guest says until then, as {@link #run} will want to have it
     * @return {@link GuestMessage.Held}; or how it ended before; empty when the guest has gone without a word
     */
    public Optional<GuestMessage> hold(List<ByteBuffer> start, Readiness readiness, ByteArrayOutputStream said)
            throws IOException {
        return new ProgramHold(channel, outbox, readiness, said).run(start);
    }

    private Optional<GuestMessage> pass(GuestChannel from, GuestStreams streams, boolean[] broken) throws IOException {
        while (true) {
            Optional<GuestMessage> message = from.read();
            if (message.isEmpty()) {
                return message;
            }
            if (from.session() != 0) {
                throw new ProtocolException("it spoke of session " + from.session() + ", which nobody started");
            }
            if (message.get() instanceof GuestMessage.Output output) {
                passOutput(output, streams, broken);
            } else if (message.get() instanceof GuestMessage.StdinGrant grant) {
                credit.add(grant.bytes());
            } else if (message.get() instanceof GuestMessage.StdinClosed) {
                credit.close();
            } else if (message.get() instanceof GuestMessage.Ready || message.get() instanceof GuestMessage.Held) {
                throw new ProtocolException("it was ready a second time");
            } else if (!(message.get() instanceof GuestMessage.Pong)) {
                return message;
            }
        }
    }

    private void passOutput(GuestMessage.Output output, GuestStreams streams, boolean[] broken) {
        int which = output.isError() ? 1 : 0;
        OutputStream out =
                output.isError() && streams instanceof GuestStreams.Pipes pipes ? pipes.stderr() : streams.stdout();
        if (broken[which]) {
            return;
        }
        ByteBuffer bytes = output.bytes();
        try {
            out.write(bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining());
            out.flush();
        } catch (IOException e) {
            // Nobody reads it any more (`run x | head`): the program learns it the way a local one would.
            broken[which] = true;
            if (streams instanceof GuestStreams.Pipes) {
                send(FrameType.CLOSE_OUTPUT, new byte[] {(byte) which});
            } else {
                signal(1);
            }
        }
    }

    private void feed(List<ByteBuffer> start, GuestStreams streams) {
        byte[] buffer = new byte[CHUNK];
        try {
            for (ByteBuffer frame : start) {
                outbox.put(frame);
            }
            started = true;
            boolean open = true;
            while (open) {
                int room = credit.await(CHUNK);
                int n = room == 0 ? 0 : read(streams, buffer, room);
                if (n > 0) {
                    credit.use(n);
                    open = outbox.put(GuestChannel.frame(FrameType.STDIN, 0, buffer, 0, n));
                } else {
                    open = false;
                    if (n < 0) {
                        outbox.put(GuestChannel.frame(FrameType.STDIN_EOF, 0, buffer, 0, 0));
                    }
                }
            }
        } catch (InterruptedException e) {
            // Nobody does that; were it done, the input has ended.
        }
    }

    static int read(GuestStreams streams, byte[] buffer, int room) {
        try {
            return streams.stdin().read(buffer, 0, room);
        } catch (IOException e) {
            // A closed input has ended.
            return -1;
        }
    }

    /** Sends the program's process group a signal; false when the guest does not listen. */
    public boolean signal(int number) {
        return send(FrameType.SIGNAL, new byte[] {(byte) number});
    }

    /** Tells the program's terminal its new size; the program gets SIGWINCH. */
    public boolean resize(Terminal.Size size) {
        return send(FrameType.RESIZE, StartMessage.size(size));
    }

    private boolean send(FrameType type, byte[] payload) {
        return started && outbox.offer(GuestChannel.frame(type, 0, payload, 0, payload.length));
    }
}
