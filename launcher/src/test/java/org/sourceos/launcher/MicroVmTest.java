package org.sourceos.launcher;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.sourceos.host.Cancellation;
import org.sourceos.host.Command;
import org.sourceos.host.ProcessOutput;
import org.sourceos.host.RunningProcess;
import org.sourceos.host.Terminal;
import org.sourceos.launcher.guest.GuestProgram;
import org.sourceos.launcher.guest.GuestStreams;
import org.sourceos.launcher.guest.GuestUser;
import org.sourceos.launcher.qemu.Accel;
import org.sourceos.launcher.qemu.Network;
import org.sourceos.launcher.qemu.PortForward;
import org.sourceos.launcher.qemu.RootMode;
import org.sourceos.launcher.qemu.Share;
import org.sourceos.launcher.qemu.VmSpec;

/** A real QEMU with a real kernel, and a small static program inside. */
@Tag("vm")
@Timeout(120)
class MicroVmTest {
    private static final int MIB = 1 << 20;

    @TempDir
    private static Path shared;

    private static Machines machines;

    @BeforeAll
    static void build() throws Exception {
        machines = Machines.in(shared);
    }

    @Test
    void passesTheProgramsOutputAndStatusOn() throws Exception {
        Machines.Run run = machines.run(machines.spec(), Machines.program("hello"));
        assertThat(run.stderr()).isEmpty();
        assertThat(run.stdout()).isEqualTo("Hello from the machine\n");
        assertThat(run.exit()).isEqualTo(new GuestExit.Exited(0));
    }

    @Test
    void keepsFiveMebibytesOfEachStreamApart() throws Exception {
        int blocks = 5 * MIB / 65_536;
        Machines.Run run = machines.run(machines.spec(), Machines.program("both", String.valueOf(blocks)));
        assertThat(run.exit()).isEqualTo(new GuestExit.Exited(0));
        assertThat(run.stdoutBytes()).isEqualTo(pseudoRandom(5 * MIB, 1));
        assertThat(run.stderrBytes()).isEqualTo(pseudoRandom(5 * MIB, 2));
    }

    @Test
    void givesTheProgramAllOfItsInput() throws Exception {
        byte[] input = pseudoRandom(5 * MIB, 3);
        Machines.Run run = machines.run(machines.spec(), Machines.program("cat"), input);
        assertThat(run.exit()).isEqualTo(new GuestExit.Exited(0));
        assertThat(run.stdoutBytes()).isEqualTo(input);
    }

    /** The linear congruence of guest.c. */
    private static byte[] pseudoRandom(int size, int seed) {
        byte[] bytes = new byte[size];
        int state = seed;
        for (int i = 0; i < size; i++) {
            state = state * 1_664_525 + 1_013_904_223;
            bytes[i] = (byte) (state >>> 24);
        }
        return bytes;
    }

    @Test
    void endsWithTheProgramsStatus() throws Exception {
        for (int status : new int[] {3, 255}) {
            GuestExit exit = machines.run(machines.spec(), Machines.program("exit", String.valueOf(status)))
                    .exit();
            assertThat(exit).isEqualTo(new GuestExit.Exited(status));
            assertThat(exit.exitStatus()).isEqualTo(status);
        }
    }

    @Test
    void saysWhichSignalEndedTheProgram() throws Exception {
        GuestExit exit =
                machines.run(machines.spec(), Machines.program("raise", "9")).exit();
        assertThat(exit).isEqualTo(new GuestExit.Signalled(9));
        assertThat(exit.exitStatus()).isEqualTo(137);
    }

    @Test
    void tellsAMissingProgramFromOneThatCannotBeExecuted() throws Exception {
        GuestExit missing = machines.run(machines.spec(), named("absent")).exit();
        assertThat(missing).isInstanceOf(GuestExit.NotFound.class);
        assertThat(missing.exitStatus()).isEqualTo(127);
        assertThat(missing.message()).contains("absent").contains("no such program");
        GuestExit plain = machines.run(machines.spec(), named("/bin/plain")).exit();
        assertThat(plain).isInstanceOf(GuestExit.NotExecutable.class);
        assertThat(plain.exitStatus()).isEqualTo(126);
    }

    private static GuestProgram named(String program) {
        TreeMap<String, String> environment = new TreeMap<>();
        environment.put("PATH", "/bin");
        return new GuestProgram(List.of(program), environment, Optional.empty(), Machines.root(), "test");
    }

    @Test
    void handsOverArgumentsAndEnvironmentUnchanged() throws Exception {
        TreeMap<String, String> environment = new TreeMap<>();
        environment.put("PATH", "/bin");
        environment.put("GREETING", "grüß dich=\"ja\"\nzweite Zeile");
        String large = "x".repeat(100_000);
        GuestProgram program = new GuestProgram(
                List.of("guest", "arguments", "", "two words", "$HOME", large),
                environment,
                Optional.empty(),
                Machines.root(),
                "test");
        assertThat(machines.run(machines.spec(), program).stdout())
                .isEqualTo("[]\n[two words]\n[$HOME]\n[" + large + "]\n");
        GuestProgram show =
                new GuestProgram(List.of("guest", "environment"), environment, Optional.empty(), Machines.root(), "t");
        assertThat(machines.run(machines.spec(), show).stdout())
                .isEqualTo("GREETING=grüß dich=\"ja\"\nzweite Zeile\nPATH=/bin\n");
    }

    @Test
    void runsAsTheCallerInTheCallersHome() throws Exception {
        GuestUser user = new GuestUser(4321, 4322, List.of(4322, 7, 8), "ada", "/home/ada");
        Machines.Run run = machines.run(machines.spec(), Machines.program(user, Optional.empty(), "who"));
        assertThat(run.stdout())
                .contains("4321:4322 7 8 4322\n")
                .contains("\nada:x:4321:4322::/home/ada:/bin/sh\n")
                .contains("root:x:0:0:");
        assertThat(machines.run(machines.spec(), Machines.program(user, Optional.empty(), "where"))
                        .stdout())
                .isEqualTo("/home/ada\n");
        assertThat(machines.run(machines.spec(), Machines.program(user, Optional.of("/tmp"), "where"))
                        .stdout())
                .isEqualTo("/tmp\n");
    }

    @Test
    void namesAWorkingDirectoryThatIsNotThere() throws Exception {
        GuestExit exit = machines.run(
                        machines.spec(), Machines.program(Machines.root(), Optional.of("/absent"), "where"))
                .exit();
        assertThat(exit).isInstanceOf(GuestExit.GuestFailed.class);
        assertThat(exit.exitStatus()).isEqualTo(125);
        assertThat(exit.message()).contains("working directory /absent");
    }

    @Test
    void letsChangesToTheRootLiveInMemoryOnly() throws Exception {
        byte[] before = Files.readAllBytes(machines.disk);
        assertThat(machines.run(machines.spec(), Machines.program("write", "/bin/new", "x"))
                        .exit())
                .isEqualTo(new GuestExit.Exited(0));
        assertThat(Files.readAllBytes(machines.disk)).isEqualTo(before);
        assertThat(machines.run(machines.spec(), Machines.program("show", "/bin/new"))
                        .exit())
                .isEqualTo(new GuestExit.Exited(1));
    }

    @Test
    void refusesChangesToAReadOnlyRoot() throws Exception {
        VmSpec spec = machines.spec(machines.initramfs, new Network.None(), RootMode.READONLY);
        Machines.Run run = machines.run(spec, Machines.program("write", "/bin/new", "x"));
        assertThat(run.exit()).isEqualTo(new GuestExit.Exited(1));
        assertThat(run.stderr()).contains("Read-only file system");
        assertThat(machines.run(spec, Machines.program("write", "/tmp/new", "x"))
                        .exit())
                .isEqualTo(new GuestExit.Exited(0));
    }

    @Test
    void laysTheFirstLayerOnTop() throws Exception {
        Path root = shared.resolve("upper");
        Files.createDirectories(root.resolve("etc"));
        Files.writeString(root.resolve("etc/passwd"), "upper:x:0:0::/:/bin/sh\n");
        Path upper = shared.resolve("upper.erofs");
        Machines.erofs(upper, root);
        VmSpec one = machines.spec();
        VmSpec two = new VmSpec(
                "layers",
                one.kernel(),
                one.initramfs(),
                List.of(upper, machines.disk),
                RootMode.OVERLAYFS,
                128,
                1,
                new Network.None(),
                List.of(),
                Accel.TCG,
                one.tscKhz());
        assertThat(machines.run(two, Machines.program("show", "/etc/passwd")).stdout())
                .startsWith("upper:");
    }

    @Test
    void setsTheMachinesClock() throws Exception {
        long before = Instant.now().getEpochSecond();
        List<String> lines = machines.run(machines.spec(), Machines.program("time"))
                .stdout()
                .lines()
                .toList();
        assertThat(Long.parseLong(lines.get(0))).isBetween(before, Instant.now().getEpochSecond() + 1);
        // Not the 10 ms of a kernel that counts its timer's ticks.
        assertThat(Long.parseLong(lines.get(1))).isLessThan(5_000_000);
    }

    @Test
    void endsWhatTheProgramLeavesBehind() throws Exception {
        Machines.Run run = machines.run(machines.spec(), Machines.program("daemon"));
        assertThat(run.exit()).isEqualTo(new GuestExit.Exited(0));
        assertThat(run.stdout()).isEqualTo("parent ends\n");
        assertThat(machines.run(machines.spec(), Machines.program("orphans")).stdout())
                .isEqualTo("done\n");
    }

    @Test
    void forwardsSignals() throws Exception {
        try (MicroVm vm = MicroVm.start(machines.spec(), machines.context, new Cancellation())) {
            WaitingOutput out = new WaitingOutput("waiting\n", () -> vm.signal(10));
            GuestExit exit = vm.run(Machines.program("signals"), pipes(InputStream.nullInputStream(), out));
            assertThat(exit).isEqualTo(new GuestExit.Exited(0));
            assertThat(out.text()).isEqualTo("waiting\ncaught 10\n");
        }
    }

    @Test
    void tellsTheProgramThatNobodyReadsItsOutput() throws Exception {
        OutputStream closed = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("broken pipe");
            }
        };
        GuestExit exit =
                machines.run(machines.spec(), Machines.program("flood"), InputStream.nullInputStream(), closed, closed);
        assertThat(exit).isEqualTo(new GuestExit.Exited(3));
    }

    @Test
    void endsThoughNobodyEndsTheInput() throws Exception {
        PipedOutputStream keptOpen = new PipedOutputStream();
        Machines.Run run = machines.run(machines.spec(), Machines.program("hello"), new PipedInputStream(keptOpen));
        assertThat(run.exit()).isEqualTo(new GuestExit.Exited(0));
    }

    // --- a terminal

    @Test
    void givesTheProgramATerminalThatFollowsResizes() throws Exception {
        try (MicroVm vm = MicroVm.start(machines.spec(), machines.context, new Cancellation())) {
            WaitingOutput out = new WaitingOutput("31x97\r\n", () -> vm.resize(new Terminal.Size(50, 132)));
            GuestExit exit = vm.run(
                    Machines.program("resizes"),
                    new GuestStreams.OnTerminal(new PipedInputStream(new PipedOutputStream()), out, size(31, 97)));
            assertThat(exit).isEqualTo(new GuestExit.Exited(0));
            assertThat(out.text()).isEqualTo("31x97\r\n50x132\r\n");
        }
        assertThat(machines.run(machines.spec(), Machines.program("size")).stdout())
                .isEqualTo("no terminal\n");
    }

    @Test
    void interruptsTheProgramOnCtrlC() throws Exception {
        try (PipedOutputStream keys = new PipedOutputStream();
                MicroVm vm = MicroVm.start(machines.spec(), machines.context, new Cancellation())) {
            WaitingOutput out = new WaitingOutput("waiting\r\n", () -> type(keys, 3));
            GuestExit exit = vm.run(
                    Machines.program("wait"),
                    new GuestStreams.OnTerminal(new PipedInputStream(keys), out, size(24, 80)));
            assertThat(exit).isEqualTo(new GuestExit.Signalled(2));
        }
    }

    @Test
    void endsATerminalsInputWithItsEndOfFileCharacter() throws Exception {
        try (MicroVm vm = MicroVm.start(machines.spec(), machines.context, new Cancellation())) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            InputStream typed = new ByteArrayInputStream("line\n".getBytes(UTF_8));
            GuestExit exit = vm.run(Machines.program("cat"), new GuestStreams.OnTerminal(typed, out, size(24, 80)));
            assertThat(exit).isEqualTo(new GuestExit.Exited(0));
            assertThat(out.toString(UTF_8)).isEqualTo("line\r\nline\r\n");
        }
    }

    private static Terminal.Size size(int rows, int columns) {
        return new Terminal.Size(rows, columns);
    }

    private static void type(OutputStream keys, int key) {
        try {
            keys.write(key);
            keys.flush();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    // --- shared folders

    @Test
    void writesToASharedFolderAsTheCaller() throws Exception {
        Path folder = machines.openFolder("share, with comma");
        Files.writeString(folder.resolve("in"), "from the host");
        Share share = new Share(folder, "/work/deep", false);
        assertThat(machines.run(machines.spec(share), Machines.program("show", "/work/deep/in"))
                        .stdout())
                .isEqualTo("from the host");
        GuestUser user = new GuestUser(4321, 4322, List.of(), "ada", "/home/ada");
        Machines.Run run = machines.run(
                machines.spec(share),
                Machines.program(user, Optional.of("/work/deep"), "write", "out", "from the guest"));
        assertThat(run.stderr()).isEmpty();
        assertThat(folder.resolve("out")).hasContent("from the guest");
        assumeTrue(isRoot(), "only root can give files away");
        assertThat(Files.getAttribute(folder.resolve("out"), "unix:uid")).isEqualTo(4321);
        assertThat(Files.getAttribute(folder.resolve("out"), "unix:gid")).isEqualTo(4322);
    }

    private static boolean isRoot() throws IOException {
        return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
    }

    @Test
    void cannotWriteToAReadOnlyShare() throws Exception {
        Path folder = machines.openFolder("read-only");
        Machines.Run run = machines.run(
                machines.spec(new Share(folder, "/data", true)), Machines.program("write", "/data/out", "x"));
        assertThat(run.exit()).isEqualTo(new GuestExit.Exited(1));
        assertThat(run.stderr()).contains("Read-only file system");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void saysWhichFeatureANetworkNeeds() throws Exception {
        VmSpec spec = machines.spec(machines.initramfs, new Network.User(List.of()), RootMode.OVERLAYFS);
        GuestExit exit = machines.run(spec, Machines.program("hello")).exit();
        // With a kernel that has NET this passes; the base kernel has not.
        if (!(exit instanceof GuestExit.Exited)) {
            assertThat(exit.message()).contains("kernel_features");
        }
    }

    @Test
    void reachesAProgramThroughAForwardedPort() throws Exception {
        String kernel = System.getProperty("sourceos.test.kernel.net", "");
        assumeTrue(!kernel.isEmpty(), "no kernel with NET: run with -Dsourceos.test.kernel.net=/path/to/vmlinux");
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        VmSpec base = machines.spec();
        VmSpec spec = new VmSpec(
                "server",
                Path.of(kernel),
                base.initramfs(),
                base.disks(),
                RootMode.OVERLAYFS,
                128,
                1,
                new Network.User(List.of(new PortForward("127.0.0.1", port, 80))),
                List.of(),
                Accel.TCG,
                base.tscKhz());
        CompletableFuture<String> answer = new CompletableFuture<>();
        try (MicroVm vm = MicroVm.start(spec, machines.context, new Cancellation())) {
            WaitingOutput out = new WaitingOutput("serving\n", () -> {
                try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                    answer.complete(new String(socket.getInputStream().readAllBytes(), UTF_8));
                } catch (IOException e) {
                    answer.completeExceptionally(e);
                }
            });
            assertThat(vm.run(Machines.program("serve"), pipes(InputStream.nullInputStream(), out)))
                    .isEqualTo(new GuestExit.Exited(0));
        }
        assertThat(answer.get()).isEqualTo("from the machine\n");
        assertThat(machines.run(spec, Machines.program("show", "/etc/resolv.conf"))
                        .stdout())
                .isEqualTo("nameserver 10.0.2.3\n");
    }

    // --- what goes wrong

    @Test
    void showsThePanicOfAGuest() throws Exception {
        VmSpec spec = machines.spec(
                machines.initramfsOf("#!/bin/absent\n".getBytes(UTF_8)), new Network.None(), RootMode.OVERLAYFS);
        GuestExit exit = machines.run(spec, Machines.program("hello")).exit();
        assertThat(exit).isInstanceOf(GuestExit.Panicked.class);
        assertThat(exit.message()).contains("Kernel panic - not syncing").contains("test");
        assertThat(exit.exitStatus()).isEqualTo(125);
    }

    @Test
    void givesUpAGuestThatHangsInBoot() throws Exception {
        Path sleeper = shared.resolve("sleeper");
        Machines.compileGuest(sleeper);
        VmSpec spec = machines.spec(
                machines.initramfsOf(Files.readAllBytes(sleeper)), new Network.None(), RootMode.OVERLAYFS);
        try (MicroVm vm =
                MicroVm.start(spec, machines.context.withBootDeadline(Duration.ofSeconds(2)), new Cancellation())) {
            GuestExit exit = vm.run(Machines.program("hello"), pipes(InputStream.nullInputStream(), nowhere()));
            assertThat(exit).isInstanceOf(GuestExit.BootTimedOut.class);
            assertThat(exit.message()).contains("did not come up within 2 s").contains("--boot-timeout");
            assertThat(isAlive(vm.pid())).isFalse();
        }
    }

    @Test
    void saysThatADamagedLayerCannotBeMounted() throws Exception {
        Path damaged = shared.resolve("damaged.erofs");
        Files.write(damaged, new byte[MIB]);
        VmSpec good = machines.spec();
        VmSpec spec = new VmSpec(
                "damaged",
                good.kernel(),
                good.initramfs(),
                List.of(damaged),
                RootMode.OVERLAYFS,
                128,
                1,
                new Network.None(),
                List.of(),
                Accel.TCG,
                good.tscKhz());
        GuestExit exit = machines.run(spec, Machines.program("hello")).exit();
        assertThat(exit.message()).contains("cannot mount layer 0").contains("store verify");
    }

    @Test
    void noticesThatTheMachineWasSwitchedOff() throws Exception {
        GuestExit exit = machines.run(machines.spec(), Machines.program("off")).exit();
        assertThat(exit).isInstanceOf(GuestExit.PoweredOff.class);
    }

    @Test
    void saysThatQemuWasKilled() throws Exception {
        GuestExit exit = whileWaiting(vm -> ProcessHandle.of(vm.pid()).ifPresent(ProcessHandle::destroyForcibly));
        assertThat(exit).isInstanceOf(GuestExit.QemuFailed.class);
        assertThat(exit.message()).contains("signal 9");
    }

    @Test
    void leavesNoMachineBehindWhenTheHostProcessIsKilled() throws Exception {
        Path pidFile = shared.resolve("pid");
        Command command = Command.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-D" + Machines.KERNEL_PROPERTY + "=" + machines.kernel,
                "-cp",
                System.getProperty("java.class.path"),
                OrphaningHost.class.getName(),
                Files.createDirectories(shared.resolve("orphan")).toString(),
                pidFile.toString());
        try (RunningProcess host = machines.processes.start(
                command, new ProcessOutput.Captured(), new ProcessOutput.Captured(), new Cancellation())) {
            while (!Files.exists(pidFile)) {
                assertThat(host.isAlive()).isTrue();
                Thread.sleep(20);
            }
            long qemu = Long.parseLong(Files.readString(pidFile));
            assertThat(isAlive(qemu)).isTrue();
            // Only the process itself: its children are the kernel's to end.
            ProcessHandle.of(host.pid()).orElseThrow().destroyForcibly();
            host.await();
            ProcessHandle.of(qemu).ifPresent(handle -> handle.onExit().join());
            assertThat(isAlive(qemu)).isFalse();
        }
    }

    @Test
    void endsTheMachineWhenAsked() throws Exception {
        assertThat(whileWaiting(MicroVm::kill)).isInstanceOf(GuestExit.Killed.class);
    }

    private GuestExit whileWaiting(Consumer<MicroVm> action) throws LaunchException {
        try (MicroVm vm = MicroVm.start(machines.spec(), machines.context, new Cancellation())) {
            WaitingOutput out = new WaitingOutput("waiting\n", () -> action.accept(vm));
            GuestExit exit = vm.run(Machines.program("wait"), pipes(InputStream.nullInputStream(), out));
            assertThat(isAlive(vm.pid())).isFalse();
            return exit;
        }
    }

    @Test
    void endsTheMachineWhenTheRunIsCancelled() throws Exception {
        Cancellation cancellation = new Cancellation();
        try (MicroVm vm = MicroVm.start(machines.spec(), machines.context, cancellation)) {
            WaitingOutput out = new WaitingOutput("waiting\n", cancellation::cancel);
            assertThatThrownBy(() -> vm.run(Machines.program("wait"), pipes(InputStream.nullInputStream(), out)))
                    .isInstanceOf(CancellationException.class);
            assertThat(isAlive(vm.pid())).isFalse();
        }
    }

    @Test
    void answersOnItsMonitorAndLeavesNoFiles() throws Exception {
        try (MicroVm vm = MicroVm.start(machines.spec(), machines.context, new Cancellation())) {
            assertThat(machines.context.runtimeDirectory()).isEmptyDirectory();
            assertThat(vm.awaitReady()).isEmpty();
            assertThat(vm.bootTook()).isPositive();
            assertThat(vm.qmp()
                            .execute("query-status", new JsonObject(), Duration.ofSeconds(10))
                            .getAsJsonObject()
                            .get("status")
                            .getAsString())
                    .isEqualTo("running");
        }
        assertThat(machines.context.runtimeDirectory()).isEmptyDirectory();
    }

    @Test
    void saysWhatIsMissingBeforeQemuDoes() {
        VmSpec good = machines.spec();
        VmSpec spec = new VmSpec(
                "gone",
                good.kernel(),
                good.initramfs(),
                List.of(shared.resolve("gone.erofs")),
                RootMode.OVERLAYFS,
                128,
                1,
                new Network.None(),
                List.of(),
                Accel.TCG,
                0);
        assertThatThrownBy(() -> MicroVm.start(spec, machines.context, new Cancellation()))
                .isInstanceOf(LaunchException.class)
                .hasMessageContaining("gone.erofs is missing")
                .hasMessageContaining("store verify");
        assertThatThrownBy(() -> MicroVm.start(
                        machines.spec(new Share(shared.resolve("nothing"), "/x", false)),
                        machines.context,
                        new Cancellation()))
                .hasMessageContaining("nothing does not exist");
    }

    @Test
    void startsSeveralMachinesAtOnce() throws Exception {
        List<CompletableFuture<GuestExit>> exits = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            int status = i;
            exits.add(CompletableFuture.supplyAsync(() -> {
                try {
                    return machines.run(machines.spec(), Machines.program("exit", String.valueOf(status)))
                            .exit();
                } catch (LaunchException e) {
                    throw new AssertionError(e);
                }
            }));
        }
        for (int i = 0; i < 3; i++) {
            assertThat(exits.get(i).get()).isEqualTo(new GuestExit.Exited(i));
        }
    }

    private static boolean isAlive(long pid) {
        return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
    }

    private static GuestStreams pipes(InputStream in, OutputStream out) {
        return new GuestStreams.Pipes(in, out, nowhere());
    }

    private static OutputStream nowhere() {
        return OutputStream.nullOutputStream();
    }

    /** Collects output and does something, once, when it has become the expected text. */
    private static final class WaitingOutput extends OutputStream {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final String expected;
        private final Runnable action;

        WaitingOutput(String expected, Runnable action) {
            this.expected = expected;
            this.action = action;
        }

        @Override
        public void write(int b) {
            bytes.write(b);
            if (text().equals(expected)) {
                new Thread(action, "reaction").start();
            }
        }

        String text() {
            return bytes.toString(UTF_8);
        }
    }
}
