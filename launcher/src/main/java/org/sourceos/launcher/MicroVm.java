package org.sourceos.launcher;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.sourceos.gitstore.image.Readiness;
import org.sourceos.host.Cancellation;
import org.sourceos.host.Command;
import org.sourceos.host.ProcessFailedException;
import org.sourceos.host.ProcessOutput;
import org.sourceos.host.ProcessResult;
import org.sourceos.host.RunningProcess;
import org.sourceos.host.Terminal;
import org.sourceos.host.UnixConnection;
import org.sourceos.host.UnixListener;
import org.sourceos.launcher.confine.ConfinedCommand;
import org.sourceos.launcher.guest.GuestChannel;
import org.sourceos.launcher.guest.GuestMessage;
import org.sourceos.launcher.guest.GuestProgram;
import org.sourceos.launcher.guest.GuestSecret;
import org.sourceos.launcher.guest.GuestSession;
import org.sourceos.launcher.guest.GuestStreams;
import org.sourceos.launcher.guest.ProtocolException;
import org.sourceos.launcher.guest.StartMessage;
import org.sourceos.launcher.qemu.Accel;
import org.sourceos.launcher.qemu.Memory;
import org.sourceos.launcher.qemu.QemuCommandLine;
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
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(20);
    private static final Duration CONNECT_STEP = Duration.ofMillis(100);
    private static final Duration END_LIMIT = Duration.ofSeconds(3);
    private static final String PANIC = "Kernel panic - not syncing";
    private static final int ENOENT = 2;

    /** Why we ended it ourselves. */
    private enum Reason {
        ASKED,
        CANCELLED,
        BOOT_DEADLINE
    }

    private final VmSpec spec;
    private final LaunchContext context;
    private final boolean restored;
    private final RunningProcess process;
    private final ConsoleTail console;
    private final GuestChannel channel;
    private final GuestSession session;
    private final QmpClient qmp;
    /** Where a confined QEMU takes its state from, or saves it to; others open a socket of their own for it. */
    private final StateSocket state;

    private final AtomicReference<Reason> killed = new AtomicReference<>();
    private final long startedNanos;
    private Cancellation cancellation;
    private Cancellation.Registration registration;
    private boolean ready;
    private Optional<byte[]> said = Optional.empty();
    private Duration bootTook = Duration.ZERO;

    private MicroVm(
            VmSpec spec,
            LaunchContext context,
            Cancellation cancellation,
            boolean restored,
            RunningProcess process,
            ConsoleTail console,
            SocketChannel control,
            SocketChannel monitor,
            StateSocket state,
            long startedNanos)
            throws IOException {
        this.spec = spec;
        this.context = context;
        this.restored = restored;
        this.cancellation = cancellation;
        this.process = process;
        this.console = console;
        this.channel = new GuestChannel(control);
        this.session = new GuestSession(channel);
        this.qmp = new QmpClient(monitor);
        this.state = state;
        this.startedNanos = startedNanos;
        this.registration = cancellation.onCancel(() -> end(Reason.CANCELLED));
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
            MachineState.load(qmp, state.uri(), () -> connection(spec, state.listener(), process), saved);
            return;
        }
        Path folder = makeFolder(spec, context);
        try {
            Path socket = folder.resolve("state");
            MachineState.load(qmp, MachineState.socket(socket), () -> UnixConnection.open(socket), saved);
        } finally {
            remove(folder);
        }
    }

    /**
     * Starts the program of a machine that is to be saved, and has it stand still when it is ready; {@link SavedMachine}'s
     * {@code said}.
     */
    public byte[] startAndHold(GuestProgram program, boolean onTerminal, Readiness readiness) throws LaunchException {
        return new HeldProgram(spec, context, session, () -> end(Reason.BOOT_DEADLINE))
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
                new HeldProgram(spec, context, session, () -> end(Reason.BOOT_DEADLINE)).rehearse(program);
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
                    ? MachineState.save(qmp, state.uri(), () -> connection(spec, state.listener(), process))
                    : saveUnconfined();
        } catch (IOException e) {
            cancellation.throwIfCancelled();
            throw new LaunchException("cannot save " + spec.name() + ": " + e.getMessage(), e);
        }
    }

    private byte[] saveUnconfined() throws IOException, LaunchException {
        Path folder = makeFolder(spec, context);
        Path socket = folder.resolve("state");
        try (UnixListener listener = UnixListener.open(socket)) {
            return MachineState.save(qmp, MachineState.socket(socket), () -> connection(spec, listener, process));
        } finally {
            remove(folder);
        }
    }

    private static MicroVm launch(
            VmSpec spec, Memory memory, List<String> prefix, LaunchContext context, Cancellation cancellation)
            throws LaunchException {
        spec.check();
        checkFiles(spec);
        Path folder = makeFolder(spec, context);
        Path control = folder.resolve("control");
        Path monitor = folder.resolve("qmp");
        try (UnixListener controlListener = UnixListener.open(control);
                UnixListener monitorListener = UnixListener.open(monitor)) {
            long started = System.nanoTime();
            ConsoleTail console = new ConsoleTail();
            ConfinedCommand confined = new ConfinedCommand(context.confinement(), context.processes(), spec, memory)
                    .owning(control)
                    .owning(monitor);
            StateSocket state = StateSocket.open(folder.resolve("state"), context.confinement(), memory);
            try {
                state.giveTo(confined);
                if (memory instanceof Memory.Recorded recorded) {
                    makeMemory(recorded.file(), spec);
                }
                List<String> argv = new ArrayList<>(prefix);
                argv.addAll(confined.around(QemuCommandLine.arguments(spec, memory, control, monitor), cancellation));
                RunningProcess process = context.processes()
                        .start(
                                // Nobody reads its words by a language, and looking one up takes a millisecond.
                                Command.of(argv).withEnvironment("LC_ALL", "C"),
                                new ProcessOutput.ToStream(console),
                                new ProcessOutput.Captured(),
                                cancellation);
                try {
                    context.started().with(process.pid());
                    SocketChannel monitorChannel = connection(spec, monitorListener, process);
                    SocketChannel controlChannel = connection(spec, controlListener, process);
                    return new MicroVm(
                            spec,
                            context,
                            cancellation,
                            memory instanceof Memory.Restored,
                            process,
                            console,
                            controlChannel,
                            monitorChannel,
                            state,
                            started);
                } catch (IOException | RuntimeException | LaunchException e) {
                    process.close();
                    cancellation.throwIfCancelled();
                    throw e;
                }
            } catch (IOException | RuntimeException | LaunchException e) {
                state.close();
                throw e;
            }
        } catch (ProcessFailedException e) {
            throw e.exitStatus() == GuestExit.NOT_FOUND
                    ? new LaunchException(
                            "cannot start " + spec.name()
                                    + ": qemu-system-x86_64 is not installed; install it with: apt install qemu-system-x86",
                            e)
                    : new LaunchException("cannot start " + spec.name() + ": " + e.getMessage(), e);
        } catch (IOException e) {
            throw new LaunchException("cannot start " + spec.name() + ": " + e.getMessage(), e);
        } finally {
            remove(folder);
        }
    }

    /** As large as it will be: a confined QEMU finds it, and only one that it makes itself would it lengthen. */
    private static void makeMemory(Path file, VmSpec spec) throws IOException {
        try (SeekableByteChannel channel = Files.newByteChannel(
                file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.SPARSE)) {
            channel.position(((long) spec.memoryMib() << 20) - 1).write(ByteBuffer.wrap(new byte[1]));
        }
    }

    private static void checkFiles(VmSpec spec) throws LaunchException {
        need(spec, "kernel", spec.kernel());
        need(spec, "initramfs", spec.initramfs());
        for (Path disk : spec.disks()) {
            need(spec, "layer's disk", disk);
        }
        for (var share : spec.shares()) {
            if (!Files.isDirectory(share.host())) {
                throw new LaunchException("cannot start " + spec.name() + ": the shared folder " + share.host()
                        + (Files.exists(share.host()) ? " is not a folder" : " does not exist")
                        + "; share a folder that does");
            }
        }
    }

    private static void need(VmSpec spec, String what, Path file) throws LaunchException {
        if (!Files.isReadable(file)) {
            throw new LaunchException("cannot start " + spec.name() + ": its " + what + " " + file
                    + (Files.exists(file) ? " cannot be read by this user" : " is missing")
                    + "; `sourceos store verify` says whether the store is whole");
        }
    }

    private static Path makeFolder(VmSpec spec, LaunchContext context) throws LaunchException {
        try {
            Files.createDirectories(context.runtimeDirectory());
            return Files.createTempDirectory(
                    context.runtimeDirectory(),
                    "vm-",
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } catch (IOException e) {
            throw new LaunchException(
                    "cannot start " + spec.name() + ": no folder for its sockets can be made in "
                            + context.runtimeDirectory() + " (" + e
                            + "); set SOURCEOS_RUNTIME to a folder that you can write to",
                    e);
        }
    }

    private static SocketChannel connection(VmSpec spec, UnixListener listener, RunningProcess process)
            throws IOException, LaunchException {
        long end = System.nanoTime() + CONNECT_LIMIT.toNanos();
        while (System.nanoTime() < end) {
            Optional<SocketChannel> channel = listener.accept(CONNECT_STEP);
            if (channel.isPresent()) {
                return channel.get();
            }
            if (!process.isAlive()) {
                String said = process.await().stderrTail().strip();
                throw new LaunchException("cannot start " + spec.name() + ": "
                        + (said.startsWith("confine: ")
                                ? "QEMU cannot be confined (SOURCEOS_CONFINE); "
                                        + "`sourceos doctor` says what this host lacks: "
                                : "QEMU refused the machine: ")
                        + said);
            }
        }
        throw new LaunchException("cannot start " + spec.name() + ": QEMU did not come up within "
                + CONNECT_LIMIT.toSeconds() + " s; the host may be overloaded");
    }

    private static void remove(Path folder) {
        try {
            Files.deleteIfExists(folder.resolve("state"));
            Files.deleteIfExists(folder);
        } catch (IOException e) {
            // An empty folder of our own in the runtime directory: the next start of the host removes it.
        }
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
        registration = owner.onCancel(() -> end(Reason.CANCELLED));
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
                        end(Reason.BOOT_DEADLINE);
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
                    outcome.error().isPresent() ? guestFailed(outcome.error().get()) : whyGone());
        } catch (ProtocolException e) {
            return Optional.of(misbehaved(e));
        } catch (IOException e) {
            return Optional.of(whyGone());
        } finally {
            watched.complete(true);
        }
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
            return end.isPresent() ? translate(end.get(), program) : whyGone();
        } catch (ProtocolException e) {
            return misbehaved(e);
        } catch (IOException e) {
            return whyGone();
        }
    }

    private GuestExit translate(GuestMessage end, GuestProgram program) {
        String name = program.arguments().get(0);
        if (end instanceof GuestMessage.Exited exited) {
            return new GuestExit.Exited(exited.status());
        } else if (end instanceof GuestMessage.Signalled signalled) {
            return new GuestExit.Signalled(signalled.signal());
        } else if (end instanceof GuestMessage.NotStarted notStarted) {
            if (notStarted.found()) {
                return new GuestExit.NotExecutable("cannot run " + name + " in " + spec.name()
                        + ": it is there and cannot be executed (error " + notStarted.errno()
                        + "); check its mode and that it is built for this machine");
            }
            String why = notStarted.errno() == ENOENT && name.contains("/")
                    ? ": it is not in the machine, or the interpreter it names is not"
                    : ": there is no such program in the machine";
            return new GuestExit.NotFound(
                    "cannot run " + name + " in " + spec.name() + why + "; the recipe's files decide what is inside");
        } else if (end instanceof GuestMessage.Failed failed) {
            return guestFailed(failed.text());
        }
        throw new IllegalStateException("not an end: " + end);
    }

    private GuestExit guestFailed(String text) {
        return new GuestExit.GuestFailed("cannot run " + spec.name() + ": " + text);
    }

    private GuestExit misbehaved(ProtocolException e) {
        process.kill();
        return new GuestExit.Misbehaved(
                "the machine " + spec.name() + " was ended because its guest broke the protocol: " + e.getMessage());
    }

    /** The channel has ended without a last word: QEMU's end, its console and our own doing tell why. */
    private GuestExit whyGone() {
        Optional<ProcessResult> result = ended();
        Reason reason = killed.get();
        String text = console.text();
        if (reason == Reason.BOOT_DEADLINE) {
            return new GuestExit.BootTimedOut(
                    spec.name() + " did not come up within " + deadline().toSeconds() + " s" + hint() + tail());
        } else if (reason != null) {
            return new GuestExit.Killed("the machine " + spec.name() + " was killed");
        } else if (text.contains(PANIC)) {
            return new GuestExit.Panicked("the kernel of " + spec.name() + " panicked; its last words:" + tail());
        } else if (result.isPresent() && result.get().succeeded()) {
            return new GuestExit.PoweredOff(
                    "the machine " + spec.name() + " was switched off before its program ended" + tail());
        }
        String stderr = result.map(r -> r.stderrTail().strip()).orElse("");
        return new GuestExit.QemuFailed("the machine " + spec.name() + " has ended: QEMU "
                + result.map(MicroVm::describe).orElse("stopped answering") + (stderr.isEmpty() ? "" : "\n" + stderr));
    }

    private static String describe(ProcessResult result) {
        int status = result.exitStatus();
        return status > GuestExit.SIGNAL_BASE
                ? "was ended by signal " + (status - GuestExit.SIGNAL_BASE)
                        + (status == GuestExit.KILLED ? " (somebody killed it, or the host is out of memory)" : "")
                : "ended with status " + status;
    }

    private String hint() {
        return spec.accel() == Accel.KVM
                ? " under KVM; run with --accel=tcg"
                : "; the host may be overloaded: try again, or allow more with --boot-timeout";
    }

    private String tail() {
        String lines = console.lastLines();
        return lines.isEmpty() ? "" : "\n" + lines.indent(2).stripTrailing();
    }

    private Optional<ProcessResult> ended() {
        try {
            return process.await(END_LIMIT);
        } catch (IOException e) {
            return Optional.empty();
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
        end(Reason.ASKED);
    }

    private void end(Reason reason) {
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
