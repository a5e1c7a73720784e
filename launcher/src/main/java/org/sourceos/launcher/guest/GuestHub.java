package org.sourceos.launcher.guest;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.sourceos.host.Terminal;
import org.sourceos.launcher.LaunchException;

/**
 * The host's end of a kept machine: its own program and up to fifteen others at once.
 *
 * <p>One thread calls {@link #awaitReady} and {@link #start}, or {@link #resume}, and then {@link #run} until the machine's
 * program has ended; everything else may come from any thread. No session waits for another: what a guest may send of one
 * is limited by what was granted, and kept here until its reader has taken it.
 */
public final class GuestHub implements AutoCloseable {
    /** Who gets the output of the machine's own program. It must not wait: everything else waits for it. */
    public interface MainOutput {
        /** Bytes that are valid during the call. */
        void write(boolean isError, ByteBuffer bytes);
    }

    /**
     * How things stand in a machine whose host has come back.
     *
     * @param lostBytes of output, at least
     * @param running whether its program has not ended
     */
    public record Resumed(long lostBytes, boolean running) {}

    private final GuestChannel channel;
    private final Outbox outbox;
    private final Credit credit = new Credit();
    private final @Nullable GuestExec[] sessions = new GuestExec[GuestChannel.SESSIONS];
    private boolean ended;
    private byte[] question = new byte[0];
    private @Nullable CompletableFuture<Boolean> asked;

    public GuestHub(ByteChannel channel) {
        this.channel = new GuestChannel(channel);
        this.outbox = new Outbox(this.channel);
    }

    /** Told that the machine's program has begun. */
    @FunctionalInterface
    public interface Begun {
        void run() throws IOException;
    }

    /** Waits for PID 1 of a machine that has just been started. */
    public GuestSession.ReadyOutcome awaitReady() throws IOException {
        return GuestSession.awaitReady(channel);
    }

    /** Waits for PID 1 of a machine that was restored; as {@link GuestSession#awaitAnswer}. */
    public GuestSession.ReadyOutcome awaitAnswer(byte[] question) throws IOException {
        return GuestSession.awaitAnswer(channel, outbox, question);
    }

    /** Tells PID 1 what to run and that it is to stay when we go. */
    public void start(StartMessage message, RandomGenerator random, Mark mark) throws IOException, LaunchException {
        for (ByteBuffer frame : message.encodeKept(random, mark)) {
            outbox.send(frame);
        }
    }

    /** Finds the machine again; empty when it has gone without a word. */
    public Optional<Resumed> resume(Mark mark) throws IOException {
        outbox.send(resumption(mark));
        return awaitResumed(mark);
    }

    private static ByteBuffer resumption(Mark mark) {
        return GuestChannel.frame(
                FrameType.RESUME, GuestChannel.RESUME_FLAGS, GuestChannel.RESUME_SESSION, mark.bytes(), 0, Mark.BYTES);
    }

    /**
     * Says to a restored machine that stands still what it is to hear first; {@link #awaitResumed} when it runs. Nothing else
     * must be said before that.
     */
    public void renew(Mark mark, Renewal renewal, RandomGenerator random) throws IOException {
        ByteBuffer resumption = resumption(mark);
        ByteBuffer news = renewal.encode(random);
        // In one piece: its guest reads both before it lets anything run.
        channel.write(ByteBuffer.allocate(resumption.remaining() + news.remaining())
                .put(resumption)
                .put(news)
                .flip());
    }

    /** Waits for the answer of a machine that was found again; empty when it has gone without a word. */
    public Optional<Resumed> awaitResumed(Mark mark) throws IOException {
        if (!channel.skipPast(mark.greeting())) {
            return Optional.empty();
        }
        Optional<ByteBuffer> state = channel.take(Long.BYTES + Integer.BYTES);
        if (state.isEmpty()) {
            return Optional.empty();
        }
        long lost = Math.max(0, state.get().getLong());
        int running = state.get().getInt();
        for (int number = 1; number < GuestChannel.SESSIONS; number++) {
            if ((running & 1 << number) != 0) {
                adopt(number);
            }
        }
        return Optional.of(new Resumed(lost, (running & 1) != 0));
    }

    /** Whoever started it went with the host before us: nobody will ever read what it says. */
    private void adopt(int number) {
        GuestExec orphan = new GuestExec(this, number);
        synchronized (this) {
            sessions[number] = orphan;
        }
        orphan.abandon();
    }

    /**
     * Hands on what the guest says until the machine's program has ended: how, as {@link GuestSession#run} says it; empty
     * when the guest has gone without a word.
     */
    public Optional<GuestMessage> run(MainOutput output) throws IOException {
        return run(output, () -> {});
    }

    /** @param begun called once, when the guest speaks of the machine's program: it has START, and no host need stay for it */
    public Optional<GuestMessage> run(MainOutput output, Begun begun) throws IOException {
        boolean spoken = false;
        try {
            while (true) {
                Optional<GuestMessage> message = channel.read();
                if (message.isEmpty()) {
                    return message;
                }
                int number = channel.session();
                if (message.get() instanceof GuestMessage.Pong pong) {
                    answered(pong);
                    continue;
                }
                if (number == 0 && !spoken) {
                    spoken = true;
                    begun.run();
                }
                if (number != 0) {
                    session(number).take(message.get());
                } else if (message.get() instanceof GuestMessage.Output bytes) {
                    output.write(bytes.isError(), bytes.bytes());
                } else if (message.get() instanceof GuestMessage.StdinGrant grant) {
                    credit.add(grant.bytes());
                } else if (message.get() instanceof GuestMessage.StdinClosed) {
                    credit.close();
                } else if (message.get() instanceof GuestMessage.Ready || message.get() instanceof GuestMessage.Held) {
                    throw new ProtocolException("it was ready a second time");
                } else {
                    return message;
                }
            }
        } finally {
            end();
        }
    }

    private synchronized void answered(GuestMessage.Pong pong) {
        if (asked != null && pong.payload().equals(ByteBuffer.wrap(question))) {
            asked.complete(true);
        }
    }

    /**
     * Tells PID 1 that its machine is about to be saved, or is not any more, and waits until it knows; false when it does not
     * say so in time.
     */
    public boolean checkpoint(boolean begins, RandomGenerator random, Duration limit)
            throws IOException, InterruptedException {
        CompletableFuture<Boolean> answer = new CompletableFuture<>();
        byte[] asking = new byte[Mark.BYTES];
        random.nextBytes(asking);
        synchronized (this) {
            question = asking;
            asked = answer;
        }
        put(FrameType.CHECKPOINT, 0, new byte[] {(byte) (begins ? 1 : 0)}, 1);
        put(FrameType.PING, 0, asking, asking.length);
        try {
            return answer.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    private synchronized GuestExec session(int number) throws ProtocolException {
        GuestExec session = sessions[number];
        if (session == null) {
            throw new ProtocolException("it spoke of session " + number + ", which nobody started");
        }
        return session;
    }

    private void end() {
        GuestExec[] left;
        synchronized (this) {
            ended = true;
            left = sessions.clone();
        }
        credit.close();
        for (GuestExec session : left) {
            if (session != null) {
                session.gone();
            }
        }
    }

    synchronized void free(int number) {
        sessions[number] = null;
    }

    /** Starts another program; {@link GuestExec#run} then passes its streams on. */
    public GuestExec exec(GuestProgram program, Optional<Terminal.Size> terminal) throws IOException, LaunchException {
        GuestExec exec;
        int number = 1;
        synchronized (this) {
            if (ended) {
                throw new LaunchException("cannot run " + program.arguments().get(0)
                        + ": the machine has ended meanwhile; `sourceos ps -a` says how");
            }
            while (number < GuestChannel.SESSIONS && sessions[number] != null) {
                number++;
            }
            if (number == GuestChannel.SESSIONS) {
                throw new LaunchException("cannot run " + program.arguments().get(0) + ": "
                        + (GuestChannel.SESSIONS - 1)
                        + " programs run beside the machine's own, more it has no room for; end one of them first");
            }
            exec = new GuestExec(this, number);
            sessions[number] = exec;
        }
        List<ByteBuffer> frames;
        try {
            frames = StartMessage.exec(number, program, terminal);
        } catch (LaunchException e) {
            free(number);
            throw e;
        }
        // Frames of one EXEC follow each other, whoever else sends.
        synchronized (outbox) {
            for (ByteBuffer frame : frames) {
                outbox.send(frame);
            }
        }
        exec.begin();
        return exec;
    }

    /** Input for the machine's own program, as much as it takes now of it; 0 when it takes none any more. */
    public int type(byte[] bytes, int from, int length) throws IOException, InterruptedException {
        synchronized (credit) {
            int n = Math.min(credit.await(length), GuestSession.CHUNK);
            if (n > 0) {
                credit.use(n);
                outbox.send(GuestChannel.frame(FrameType.STDIN, 0, bytes, from, n));
            }
            return n;
        }
    }

    /** The machine's own program gets no more input. */
    public void endInput() throws IOException {
        outbox.send(GuestChannel.frame(FrameType.STDIN_EOF, 0, new byte[0], 0, 0));
    }

    /** Sends the machine's own program a signal; false when the guest does not listen. */
    public boolean signal(int number) {
        return send(FrameType.SIGNAL, 0, new byte[] {(byte) number});
    }

    /** Tells the terminal of the machine's own program its new size. */
    public boolean resize(Terminal.Size size) {
        return send(FrameType.RESIZE, 0, StartMessage.size(size));
    }

    boolean send(FrameType type, int session, byte[] payload) {
        return outbox.offer(GuestChannel.frame(type, 0, session, payload, 0, payload.length));
    }

    void put(FrameType type, int session, byte[] payload, int length) throws IOException {
        outbox.send(GuestChannel.frame(type, 0, session, payload, 0, length));
    }

    /** Lets go of the machine, which stays. */
    @Override
    public void close() {
        outbox.close();
        channel.close();
    }
}
