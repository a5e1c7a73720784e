package org.sourceos.cli.service;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sourceos.cli.CommandContext;
import org.sourceos.cli.ExitCode;
import org.sourceos.cli.SignalRelay;
import org.sourceos.cli.Signals;
import org.sourceos.cli.SourceOs;
import org.sourceos.cli.User;
import org.sourceos.host.Cancellation;
import org.sourceos.host.Terminal;
import org.sourceos.host.posix.Descriptor;
import org.sourceos.host.posix.DescriptorInput;
import org.sourceos.host.posix.DescriptorOutput;
import org.sourceos.host.posix.LocalSocket;
import org.sourceos.host.posix.Peer;
import org.sourceos.host.posix.Wake;

/** One connection: from the first message to the exit status, in a thread of its own. */
final class Call implements Runnable {
    private static final int CHUNK = 1 << 16;
    private static final int STREAMS = 3;

    private final Service service;
    private final LocalSocket socket;
    private final Wake wake;
    private volatile boolean admitted;
    private volatile @Nullable Running running;

    Call(Service service, LocalSocket socket) throws IOException {
        this.service = service;
        this.socket = socket;
        this.wake = new Wake();
    }

    @Override
    public void run() {
        try {
            serve();
        } catch (EOFException e) {
            // Somebody looked whether there is a service, or left before it began.
        } catch (IOException e) {
            service.log("a client was not understood: " + e.getMessage());
        } finally {
            socket.close();
            wake.close();
            service.ended(this);
        }
    }

    /** Gives up a client that has not said yet what it wants. */
    void giveUpUnlessAdmitted() {
        if (!admitted) {
            socket.end();
        }
    }

    boolean isAdmitted() {
        return admitted;
    }

    /** As if the client had gone. */
    void hangUp() {
        Running current = running;
        if (current != null) {
            current.hangUp();
        } else {
            socket.end();
        }
    }

    private void serve() throws IOException {
        Peer peer = socket.peer();
        if (peer.uid() != User.uid()) {
            service.log("refused user " + peer.uid());
            return;
        }
        LocalSocket.Message first = socket.receive(CHUNK, STREAMS, wake);
        List<Descriptor> files = first.descriptors();
        try {
            FrameReader frames = new FrameReader(socket, wake);
            Hello hello = hello(first.bytes(), frames);
            Optional<Frame> refusal = service.refusal(hello, peer);
            if (refusal.isPresent()) {
                socket.send(refusal.get().bytes());
                return;
            }
            if (files.size() != STREAMS) {
                throw new ProtocolException(files.size() + " open files instead of three");
            }
            socket.send(Frame.of(Frame.ACCEPTED).bytes());
            // A client that waited too long does it itself, and must not have it done here as well.
            Optional<Frame> go = frames.next();
            if (go.isEmpty() || go.get().type() != Frame.GO) {
                return;
            }
            admitted = true;
            Running started = new Running(hello, files);
            running = started;
            int status = started.execute(frames);
            files.forEach(Descriptor::close);
            socket.send(Frame.number(Frame.EXIT, status).bytes());
        } finally {
            files.forEach(Descriptor::close);
        }
    }

    private static Hello hello(byte[] begun, FrameReader frames) throws IOException {
        byte[] all = begun;
        if (all.length < Hello.HEADER) {
            all = joined(all, frames, Hello.HEADER - all.length);
        }
        int missing = Hello.HEADER + Hello.lengthAfter(all) - all.length;
        if (missing < 0) {
            throw new ProtocolException("more than a first message");
        }
        return Hello.parse(Arrays.copyOfRange(joined(all, frames, missing), Hello.HEADER, all.length + missing));
    }

    private static byte[] joined(byte[] begun, FrameReader frames, int missing) throws IOException {
        byte[] rest = frames.exactly(missing).orElseThrow(() -> new EOFException("closed"));
        byte[] all = Arrays.copyOf(begun, begun.length + missing);
        System.arraycopy(rest, 0, all, begun.length, missing);
        return all;
    }

    /** The command, and what its client says meanwhile. */
    private final class Running {
        private final Hello hello;
        private final List<Descriptor> files;
        private final Cancellation cancellation = new Cancellation();
        private final SignalRelay signals = new SignalRelay(cancellation);
        private final ClientTerminal terminal;
        private final ClientInput typed = new ClientInput(socket);
        private boolean over;

        Running(Hello hello, List<Descriptor> files) {
            this.hello = hello;
            this.files = files;
            this.terminal = new ClientTerminal(socket, hello.size());
        }

        int execute(FrameReader frames) {
            Thread listener =
                    new Thread(() -> listen(frames), Thread.currentThread().getName() + "-client");
            listener.setDaemon(true);
            listener.start();
            InputStream in = hello.terminals().in() ? typed : new DescriptorInput(files.get(0), wake);
            PrintStream out = stream(files.get(1));
            PrintStream err = stream(files.get(2));
            int status;
            try {
                CommandContext context = new CommandContext(
                        hello.name(),
                        service.library(),
                        in,
                        out,
                        err,
                        hello.environment(),
                        hello.directory(),
                        hello.terminals(),
                        signals,
                        service.clock(),
                        cancellation,
                        Optional.of(new CallResident(service, Call.this, terminal)));
                status = SourceOs.execute(context, hello.arguments().toArray(String[]::new));
            } catch (RuntimeException | Error e) {
                // One call's bug or its want of memory is not the others'.
                err.println("sourceos: an error in SourceOS itself: " + e);
                service.log("a call failed: " + e);
                status = hello.name().equals("run") ? ExitCode.RUN_FAILED.status() : ExitCode.FAILED.status();
            }
            out.flush();
            err.flush();
            synchronized (this) {
                over = true;
            }
            typed.end();
            wake.ring();
            return status;
        }

        private PrintStream stream(Descriptor descriptor) {
            return new PrintStream(new DescriptorOutput(descriptor, wake), false, StandardCharsets.UTF_8);
        }

        private void listen(FrameReader frames) {
            try {
                Optional<Frame> frame = frames.next();
                while (frame.isPresent()) {
                    heard(frame.get());
                    frame = frames.next();
                }
            } catch (IOException e) {
                service.log("a client was not understood: " + e.getMessage());
            }
            hangUp();
        }

        private void heard(Frame frame) throws ProtocolException {
            switch (frame.type()) {
                case Frame.SIGNAL -> signal(numbers(frame, 4).getInt());
                case Frame.SIZE -> {
                    ByteBuffer size = numbers(frame, 4);
                    terminal.resized(new Terminal.Size(
                            Short.toUnsignedInt(size.getShort()), Short.toUnsignedInt(size.getShort())));
                    signals.resized();
                }
                case Frame.INPUT -> typed.typed(frame.content());
                case Frame.TERMINAL_DONE -> terminal.answered(frame.content());
                default -> throw new ProtocolException("a frame of type " + frame.type());
            }
        }

        private void signal(int number) {
            // Others have no meaning for a command; the client relays them for the day they do.
            if (number == Signals.HANGUP || number == Signals.INTERRUPT || number == Signals.TERMINATE) {
                signals.received(number);
            }
        }

        private static ByteBuffer numbers(Frame frame, int length) throws ProtocolException {
            if (frame.content().length != length) {
                throw new ProtocolException(
                        "a frame of type " + frame.type() + " with " + frame.content().length + " bytes");
            }
            return ByteBuffer.wrap(frame.content());
        }

        /** The client is gone: the command is told as by a terminal that closes, and shortly after has to end. */
        void hangUp() {
            synchronized (this) {
                if (over) {
                    return;
                }
                over = true;
            }
            terminal.gone(
                    files.get(hello.terminals().in() ? 0 : hello.terminals().out() ? 1 : 2));
            typed.end();
            wake.ring();
            signals.received(Signals.HANGUP);
            service.later(cancellation::cancel);
        }
    }
}
