package org.sourceos.launcher;

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
import org.sourceos.host.Cancellation;
import org.sourceos.host.Command;
import org.sourceos.host.ProcessFailedException;
import org.sourceos.host.ProcessOutput;
import org.sourceos.host.RunningProcess;
import org.sourceos.host.UnixListener;
import org.sourceos.launcher.confine.ConfinedCommand;
import org.sourceos.launcher.guest.GuestChannel;
import org.sourceos.launcher.qemu.Memory;
import org.sourceos.launcher.qemu.QemuCommandLine;
import org.sourceos.launcher.qemu.VmSpec;
import org.sourceos.launcher.qmp.QmpClient;

/**
 * A QEMU that runs and has connected to us, before anybody has spoken with its guest.
 *
 * @param channel to the guest
 * @param qmp to QEMU itself
 * @param state where a confined QEMU takes its state from, or saves it to; others open a socket of their own for it
 * @param startedNanos {@link System#nanoTime} of just before
 */
record StartedQemu(
        RunningProcess process,
        ConsoleTail console,
        GuestChannel channel,
        QmpClient qmp,
        StateSocket state,
        long startedNanos) {
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(20);
    private static final Duration CONNECT_STEP = Duration.ofMillis(100);

    /** @param prefix what stands before the command, {@code nice} for instance */
    static StartedQemu start(
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
                    QmpClient qmp = new QmpClient(connection(spec, monitorListener, process));
                    GuestChannel channel = new GuestChannel(connection(spec, controlListener, process));
                    return new StartedQemu(process, console, channel, qmp, state, started);
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

    static Path makeFolder(VmSpec spec, LaunchContext context) throws LaunchException {
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

    /** What QEMU connects to; it ends early where QEMU has. */
    static SocketChannel connection(VmSpec spec, UnixListener listener, RunningProcess process)
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

    /** A folder that {@link #makeFolder} made. */
    static void remove(Path folder) {
        try {
            Files.deleteIfExists(folder.resolve("state"));
            Files.deleteIfExists(folder);
        } catch (IOException e) {
            // An empty folder of our own in the runtime directory: the next start of the host removes it.
        }
    }
}
