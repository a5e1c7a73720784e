package org.sourceos.launcher;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.sourceos.gitstore.image.Readiness;
import org.sourceos.host.Cancellation;
import org.sourceos.host.RunningProcess;
import org.sourceos.host.Terminal;
import org.sourceos.host.UnixConnection;
import org.sourceos.host.UnixListener;
import org.sourceos.launcher.guest.GuestChannel;
import org.sourceos.launcher.guest.GuestMessage;
import org.sourceos.launcher.guest.GuestProgram;
import org.sourceos.launcher.guest.GuestSecret;
import org.sourceos.launcher.guest.GuestSession;
import org.sourceos.launcher.guest.GuestStreams;
import org.sourceos.launcher.guest.ProtocolException;
import org.sourceos.launcher.guest.StartMessage;
import org.sourceos.launcher.qemu.Memory;
import org.sourceos.launcher.qemu.VmSpec;
import org.sourceos.launcher.qmp.QmpClient;

/**
 * A machine: one QEMU process and what it says. It runs one program.
 *
 * <p>Its owner starts it, runs a program in it and closes it; closing ends it whatever it does. {@link #signal},
 * {@link #resize} and {@link #kill} may come from any thread. Nothing of it stays on the disk: its sockets are removed as
 * soon as QEMU has connected.
 */
public final class MicroVm implements AutoCloseable {
    private final VmSpec spec;
    private final LaunchContext context;
    private final boolean restored;
    private final RunningProcess process;
    private final GuestChannel channel;
    private final GuestSession session;
    private final QmpClient qmp;
    private final Endings endings;
    /** Where a confined QEMU takes its state from, or saves it to; others open a socket of their own for it. */
    private final StateSocket state;

    private final AtomicReference<Endings.Reason> killed = new AtomicReference<>();
    private final long startedNanos;
    private Cancellation cancellation;
    private Cancellation.Registration registration;
    private boolean ready;
    private Optional<byte[]> said = Optional.empty();
    private Duration bootTook = Duration.ZERO;

    private MicroVm(VmSpec spec, LaunchContext context, Cancellation cancellation, boolean restored, StartedQemu qemu) {
        this.spec = spec;
        this.context = context;
        this.restored = restored;
        this.cancellation = cancellation;
        this.process = qemu.process();
        this.channel = qemu.channel();
        this.session = new GuestSession(channel);
        this.qmp = qemu.qmp();
        this.state = qemu.state();
        this.startedNanos = qemu.startedNanos();
        this.endings = new Endings(spec, process, qemu.console());
        this.registration = cancellation.onCancel(() -> end(Endings.Reason.CANCELLED));
    }

    /** Starts QEMU and returns when it runs; the guest boots meanwhile. */
    public static MicroVm start(VmSpec spec, LaunchContext context, Cancellation cancellation) throws LaunchException {
        return launch(spec, new Memory.Private(), List.of(), context, cancellation);
    }

    /**
     * Starts a machine that can be {@linkplain #save saved}, at the lowest priority: nobody waits for it.
     *
     * @param ram a file to be made for its memory
     */
    public static MicroVm startToSave(VmSpec spec, Path ram, LaunchContext context, Cancellation cancellation)
            throws LaunchException {
        return launch(spec, new Memory.Recorded(ram), MachineState.BEHIND_EVERYBODY, context, cancellation);
    }

    /**
     * Starts a machine as it was when it was saved; {@link #awaitReady} says whether its guest lives.
     *
     * @param spec must match the saved machine's in everything but its name, its forwards and where its shares are
     */
    public static MicroVm restore(VmSpec spec, SavedMachine saved, LaunchContext context, Cancellation cancellation)
            throws LaunchException {
        MicroVm machine = launch(spec, new Memory.Restored(saved.ram()), List.of(), context, cancellation);
        machine.said = saved.said();
        try {
            machine.load(saved.state());
        } catch (IOException e) {
            // Whoever waits for its guest is told; if QEMU has ended, by what that said.
            machine.process.kill();
        }
        return machine;
    }

    private void load(byte[] saved) throws IOException, LaunchException {
        if (state.isThere()) {
            MachineState.load(qmp, state.uri(), () -> StartedQemu.connection(spec, state.listener(), process), saved);
            return;
        }
        Path folder = StartedQemu.makeFolder(spec, context);
        try {
            Path socket = folder.resolve("state");
            MachineState.load(qmp, MachineState.socket(socket), () -> UnixConnection.open(socket), saved);
        } finally {
            StartedQemu.remove(folder);
        }
    }

    /**
     * Starts the program of a machine that is to be saved, and has it stand still when it is ready; {@link SavedMachine}'s
     * {@code said}.
     */
    public byte[] startAndHold(GuestProgram program, boolean onTerminal, Readiness readiness) throws LaunchException {
        return new HeldProgram(spec, context, session, () -> end(Endings.Reason.BOOT_DEADLINE))
                .start(program, onTerminal, readiness);
    }

    /** Whether its program was started in another machine's life and stands still; {@link #run} lets it go on. */
    public boolean holdsProgram() {
        return said.isPresent();
    }

    /**
     * Lets the program of a restored machine go on for a moment and has it stand still again, as long as nobody waits for it:
     * what runs a second time is translated already. False when it did not work.
     */
    public boolean rehearse(GuestProgram program) {
        Optional<byte[]> more =
                new HeldProgram(spec, context, session, () -> end(Endings.Reason.BOOT_DEADLINE)).rehearse(program);
        if (more.isEmpty()) {
            return false;
        }
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(said.orElse(new byte[0]));
        all.writeBytes(more.get());
        said = Optional.of(all.toByteArray());
        return true;
    }

    /** Everything of the waiting machine but its memory, which is in its file; the machine runs no more after that. */
    public byte[] save() throws LaunchException {
        try {
            return state.isThere()
                    ? MachineState.save(qmp, state.uri(), () -> StartedQemu.connection(spec, state.listener(), process))
                    : saveUnconfined();
        } catch (IOException e) {
            cancellation.throwIfCancelled();
            throw new LaunchException("cannot save " + spec.name() + ": " + e.getMessage(), e);
        }
    }

    private byte[] saveUnconfined() throws IOException, LaunchException {
        Path folder = StartedQemu.makeFolder(spec, context);
        Path socket = folder.resolve("state");
        try (UnixListener listener = UnixListener.open(socket)) {
            return MachineState.save(
                    qmp, MachineState.socket(socket), () -> StartedQemu.connection(spec, listener, process));
        } finally {
            StartedQemu.remove(folder);
        }
    }

    private static MicroVm launch(
            VmSpec spec, Memory memory, List<String> prefix, LaunchContext context, Cancellation cancellation)
            throws LaunchException {
        StartedQemu qemu = StartedQemu.start(spec, memory, prefix, context, cancellation);
        return new MicroVm(spec, context, cancellation, memory instanceof Memory.Restored, qemu);
    }

    /** QEMU's process, for those who put it into a group or watch it; a confined one is a child of what we started. */
    public long pid() {
        return ProcessHandle.of(process.pid())
                .flatMap(started -> started.children().findFirst())
                .map(ProcessHandle::pid)
                .orElseGet(process::pid);
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    public QmpClient qmp() {
        return qmp;
    }

    /** From the start of QEMU to the guest's READY; zero before. */
    public Duration bootTook() {
        return bootTook;
    }

    /** From now on the machine is this one's, and ends when it is cancelled; for one that was started ahead of its use. */
    public void handTo(Cancellation owner) {
        registration.close();
        cancellation = owner;
        bootTook = Duration.ZERO;
        registration = owner.onCancel(() -> end(Endings.Reason.CANCELLED));
    }

    /** Waits until the guest takes a program; why it never will otherwise. */
    public Optional<GuestExit> awaitReady() {
        if (ready) {
            return Optional.empty();
        }
        CompletableFuture<Boolean> watched = new CompletableFuture<>();
        CompletableFuture<Void> watchdog = watched.completeOnTimeout(
                        false, deadline().toMillis(), TimeUnit.MILLISECONDS)
                .thenAccept(inTime -> {
                    if (!inTime) {
                        end(Endings.Reason.BOOT_DEADLINE);
                    }
                });
        try {
            GuestSession.ReadyOutcome outcome = restored ? session.awaitAnswer(question()) : session.awaitReady();
            if (outcome.ready() && !watchdog.isDone()) {
                ready = true;
                bootTook = Duration.ofNanos(System.nanoTime() - startedNanos);
                return Optional.empty();
            }
            return Optional.of(
                    outcome.error().isPresent()
                            ? endings.guestFailed(outcome.error().get())
                            : whyGone());
        } catch (ProtocolException e) {
            return Optional.of(endings.misbehaved(e));
        } catch (IOException e) {
            return Optional.of(whyGone());
        } finally {
            watched.complete(true);
        }
    }

    private GuestExit whyGone() {
        return endings.whyGone(Optional.ofNullable(killed.get()), deadline());
    }

    private Duration deadline() {
        return restored && context.bootDeadline().compareTo(SavedMachine.RESTORE_LIMIT) > 0
                ? SavedMachine.RESTORE_LIMIT
                : context.bootDeadline();
    }

    private byte[] question() {
        byte[] question = new byte[16];
        context.random().nextBytes(question);
        return question;
    }

    /**
     * Runs the program to its end and ends the machine.
     *
     * @throws CancellationException when the run was cancelled
     */
    public GuestExit run(GuestProgram program, GuestStreams streams) throws LaunchException {
        return run(program, List.of(), streams);
    }

    /** The same, with what the program alone is to know. */
    public GuestExit run(GuestProgram program, List<GuestSecret> secrets, GuestStreams streams) throws LaunchException {
        try {
            Optional<GuestExit> failed = awaitReady();
            return failed.isPresent() ? failed.get() : runReady(program, secrets, streams);
        } finally {
            close();
            cancellation.throwIfCancelled();
        }
    }

    private GuestExit runReady(GuestProgram program, List<GuestSecret> secrets, GuestStreams streams)
            throws LaunchException {
        Optional<Terminal.Size> terminal =
                streams instanceof GuestStreams.OnTerminal on ? Optional.of(on.size()) : Optional.empty();
        StartMessage message = new StartMessage(
                program,
                terminal,
                spec.shares(),
                spec.network(),
                secrets,
                context.clock().instant());
        List<ByteBuffer> start =
                holdsProgram() ? message.encodeContinue(context.random()) : message.encode(context.random());
        try {
            Optional<GuestMessage> end = session.run(start, said.orElse(new byte[0]), streams);
            return end.isPresent() ? endings.translate(end.get(), program) : whyGone();
        } catch (ProtocolException e) {
            return endings.misbehaved(e);
        } catch (IOException e) {
            return whyGone();
        }
    }

    /** Sends the program's process group a signal; false when the guest does not listen (yet, or any more). */
    public boolean signal(int number) {
        return session.signal(number);
    }

    /** Tells the program's terminal its new size. */
    public boolean resize(Terminal.Size size) {
        return session.resize(size);
    }

    /** Ends the machine at once; {@link #run} then returns {@link GuestExit.Killed}. */
    public void kill() {
        end(Endings.Reason.ASKED);
    }

    private void end(Endings.Reason reason) {
        killed.compareAndSet(null, reason);
        process.kill();
        channel.close();
    }

    @Override
    public void close() {
        registration.close();
        process.close();
        session.close();
        channel.close();
        qmp.close();
        state.close();
    }
}
