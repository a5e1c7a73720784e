package org.sourceos.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.sourceos.host.Cancellation;
import org.sourceos.host.Command;
import org.sourceos.host.ProcessOutput;
import org.sourceos.host.RunningProcess;
import org.sourceos.launcher.confine.Confinement;
import org.sourceos.launcher.confine.Protections;
import org.sourceos.launcher.guest.GuestStreams;
import org.sourceos.launcher.machine.MachineStatus;
import org.sourceos.launcher.qemu.Network;
import org.sourceos.launcher.qemu.PortForward;
import org.sourceos.launcher.qemu.RootMode;
import org.sourceos.launcher.qemu.Share;
import org.sourceos.launcher.qemu.VmSpec;
import org.sourceos.launcher.template.MachineStarter;
import org.sourceos.launcher.template.Pool;
import org.sourceos.launcher.template.Templates;

/** What the kernel says of running machines' QEMU, and what of the host it can see. */
@Tag("vm")
@Timeout(120)
class ConfinedMachinesTest {
    private static final String NO_CAPABILITIES = "0000000000000000";
    /** CHOWN, DAC_OVERRIDE, FOWNER and FSETID of capabilities(7). */
    private static final String FILE_ACCESS = "000000000000001b";

    /** NET_BIND_SERVICE. */
    private static final String LOW_PORTS = "0000000000000400";

    @TempDir
    private static Path shared;

    private static DetachedFixture fixture;
    private static Machines machines;
    private static boolean root;

    @TempDir
    private Path folder;

    private Templates templates;

    @BeforeAll
    static void build() throws Exception {
        fixture = DetachedFixture.in(shared);
        machines = fixture.machines();
        root = Files.getAttribute(shared, "unix:uid").equals(0);
        List<String> available =
                Protections.available(machines.context.confinement(), machines.processes, new Cancellation());
        assumeTrue(available.contains("root"), "this host permits no namespaces: " + available);
    }

    @BeforeEach
    void begin() {
        templates = new Templates(folder.resolve("templates"), 1L << 30, Clock.systemUTC());
    }

    private static void assertConfined(long pid, Path... shown) throws IOException {
        Protections found = Protections.of(pid).orElseThrow();
        assertThat(found.noNewPrivileges()).isTrue();
        assertThat(found.systemCallFilter()).isTrue();
        assertThat(found.rootFilesystem()).isTrue();
        assertThat(found.capabilities()).isEqualTo(root && shown.length > 0 ? FILE_ACCESS : NO_CAPABILITIES);
        assertThat(found.namespaces()).contains("mnt", "pid", "net", "ipc", "uts");
        if (root && shown.length == 0) {
            assertThat(found.user()).isEqualTo(Confinement.FIRST_USER + pid);
        }
        assertThat(status(pid, "Groups"))
                .isEqualTo(root ? "" : status(ProcessHandle.current().pid(), "Groups"));
        assertThat(files(pid)).allMatch(file -> mayBeShown(file, List.of(shown)));
        assertThat(descriptors(pid)).allMatch(ConfinedMachinesTest::mayBeOpen);
        assertThat(Files.readString(Path.of("/proc/" + pid + "/limits"))).containsPattern("core file size +0 +0 ");
    }

    private static String status(long pid, String name) throws IOException {
        return Files.readAllLines(Path.of("/proc/" + pid + "/status")).stream()
                .filter(line -> line.startsWith(name + ":"))
                .findFirst()
                .orElseThrow()
                .substring(name.length() + 1)
                .strip();
    }

    /** All that it sees, but for what is in its own folder of /proc. */
    private static TreeSet<String> files(long pid) throws IOException {
        Path top = Path.of("/proc/" + pid + "/root/");
        TreeSet<String> seen = new TreeSet<>();
        list(top, top, seen);
        assertThat(seen).isNotEmpty();
        return seen;
    }

    private static void list(Path top, Path place, TreeSet<String> seen) throws IOException {
        try (Stream<Path> entries = Files.list(place)) {
            for (Path entry : entries.toList()) {
                String name = "/" + top.relativize(entry);
                if (name.equals("/proc/self")) {
                    continue;
                } else if (Files.isDirectory(entry, java.nio.file.LinkOption.NOFOLLOW_LINKS)) {
                    list(top, entry, seen);
                } else {
                    seen.add(name);
                }
            }
        }
    }

    private static boolean mayBeShown(String file, List<Path> shown) {
        return file.matches("(/usr)?/lib(64|/x86_64-linux-gnu)/.*\\.so[.0-9]*")
                || file.startsWith("/usr/share/qemu/")
                || file.startsWith("/usr/share/seabios/")
                || List.of("/usr/bin/qemu-system-x86_64", "/etc/ld.so.cache", "/dev/null", "/dev/urandom")
                        .contains(file)
                || List.of(machines.kernel, machines.initramfs, machines.disk).contains(Path.of(file))
                || file.matches(machines.directory + "/run/vm-[0-9]+/(control|qmp)")
                || shown.stream().anyMatch(folder -> Path.of(file).startsWith(folder));
    }

    private static List<String> descriptors(long pid) throws IOException {
        List<String> targets = new ArrayList<>();
        try (Stream<Path> open = Files.list(Path.of("/proc/" + pid + "/fd"))) {
            for (Path descriptor : open.toList()) {
                targets.add(Files.readSymbolicLink(descriptor).toString());
            }
        }
        return targets;
    }

    private static boolean mayBeOpen(String target) {
        return target.matches("(socket|pipe|anon_inode):.*")
                || target.equals("/dev/null")
                || target.endsWith("/qemu.err")
                || target.endsWith("/ram")
                || target.equals(machines.disk.toString())
                || target.startsWith(shared.toString());
    }

    private static String hello(MicroVm machine) throws LaunchException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        GuestExit exit =
                machine.run(Machines.program("hello"), new GuestStreams.Pipes(InputStream.nullInputStream(), out, out));
        assertThat(exit).isEqualTo(new GuestExit.Exited(0));
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void aBootedMachineSeesItsOwnFilesAndNoOthers() throws Exception {
        Path secret = Files.writeString(shared.resolve("secret"), "secret");
        try (MicroVm machine = MicroVm.start(machines.spec(), machines.context, new Cancellation())) {
            assertThat(machine.awaitReady()).isEmpty();
            assertConfined(machine.pid());
            Path seen = Path.of("/proc/" + machine.pid() + "/root");
            assertThat(Path.of(seen.toString(), machines.disk.toString())).exists();
            assertThat(Path.of(seen.toString(), secret.toString())).doesNotExist();
            assertThat(seen.resolve("etc/passwd")).doesNotExist();
            assertThat(hello(machine)).isEqualTo("Hello from the machine\n");
        }
    }

    @Test
    void restoredAndWaitingMachinesAreConfinedAndCannotChangeTheirTemplate() throws Exception {
        VmSpec spec = machines.spec();
        assertThat(templates.make(spec, machines.context, new Cancellation())).isEqualTo(Templates.Made.MADE);
        MachineStarter starter = new MachineStarter(templates, Optional.empty(), warning -> {
            throw new AssertionError(warning);
        });
        try (MicroVm machine = starter.start(spec, machines.context, new Cancellation())) {
            assertConfined(machine.pid());
            assertMemoryCannotBeWritten(machine.pid());
            assertThat(hello(machine)).isEqualTo("Hello from the machine\n");
        }
        try (Pool pool = new Pool(1, Duration.ZERO, () -> 1 << 20)) {
            pool.launched(spec, templates, machines.context);
            pool.launched(spec, templates, machines.context);
            while (pool.waiting() == 0) {
                Thread.sleep(10);
            }
            try (MicroVm machine = pool.take(spec, new Cancellation()).orElseThrow()) {
                assertConfined(machine.pid());
                assertMemoryCannotBeWritten(machine.pid());
                assertThat(hello(machine)).isEqualTo("Hello from the machine\n");
            }
        }
    }

    /** No descriptor that could write to it, none of its mappings shared, and no name by which it could be opened. */
    private static void assertMemoryCannotBeWritten(long pid) throws IOException {
        try (Stream<Path> open = Files.list(Path.of("/proc/" + pid + "/fd"))) {
            for (Path descriptor : open.toList()) {
                if (Files.readSymbolicLink(descriptor).endsWith("ram")) {
                    String info = Files.readString(Path.of("/proc/" + pid + "/fdinfo/" + descriptor.getFileName()));
                    assertThat(info).containsPattern("flags:\\s+0?[0-7]*0\n");
                }
            }
        }
        assertThat(Files.readAllLines(Path.of("/proc/" + pid + "/maps")))
                .filteredOn(line -> line.endsWith("/ram"))
                .isNotEmpty()
                .allMatch(line -> line.matches("\\S+ ...p .*"));
    }

    @Test
    void aDetachedMachineIsConfinedToo() throws Exception {
        try (org.sourceos.launcher.machine.Machines kept =
                org.sourceos.launcher.machine.Machines.open(fixture.settings())) {
            MachineStatus status = kept.start(fixture.request("wait"));
            assertConfined(status.pid().orElseThrow());
            kept.signal(status.id(), 9);
            kept.remove(status.id());
        }
    }

    @Test
    void aSharedFolderIsSeenAndNothingBesideIt() throws Exception {
        Path given = Files.createDirectories(shared.resolve("given"));
        Files.writeString(given.resolve("file"), "inside\n");
        Path beside = Files.writeString(shared.resolve("beside"), "beside\n");
        Files.createSymbolicLink(given.resolve("way-out"), beside);
        VmSpec spec = machines.spec(new Share(given, "/given", false));
        try (MicroVm machine = MicroVm.start(spec, machines.context, new Cancellation())) {
            assertThat(machine.awaitReady()).isEmpty();
            assertConfined(machine.pid(), given);
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            machine.run(
                    Machines.program("show", "/given/file"),
                    new GuestStreams.Pipes(InputStream.nullInputStream(), out, out));
            assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("inside\n");
        }
        assertThat(machines.run(spec, Machines.program("show", "/given/way-out"))
                        .stderr())
                .contains("No such file");
        // No device comes to be on the host, whoever the guest's program is.
        Machines.Run device = machines.run(spec, Machines.program("make-device", "/given/disk"));
        assertThat(device.stdout()).contains("Operation not permitted");
        assertThat(given.resolve("disk")).doesNotExist();
    }

    @Test
    void aUserNetworkKeepsTheHostsAndNothingElse() throws Exception {
        VmSpec spec = machines.spec(machines.initramfs, new Network.User(List.of()), RootMode.OVERLAYFS);
        try (MicroVm machine = MicroVm.start(spec, machines.context, new Cancellation())) {
            assertThat(machine.awaitReady()).isEmpty();
            Protections found = Protections.of(machine.pid()).orElseThrow();
            assertThat(found.namespaces()).contains("mnt", "pid", "ipc", "uts").doesNotContain("net");
            assertThat(files(machine.pid())).contains("/etc/resolv.conf").doesNotContain("/etc/passwd");
        }
    }

    @Test
    void rootsMachineListensOnALowPortAndMayDoNothingElse() throws Exception {
        assumeTrue(root, "only root may listen on ports below 1024");
        int port = freeLowPort();
        Network network = new Network.User(List.of(PortForward.parse(port + ":80")));
        VmSpec spec = machines.spec(machines.initramfs, network, RootMode.OVERLAYFS);
        try (MicroVm machine = MicroVm.start(spec, machines.context, new Cancellation())) {
            assertThat(machine.awaitReady()).isEmpty();
            Protections found = Protections.of(machine.pid()).orElseThrow();
            assertThat(found.user()).isEqualTo(Confinement.FIRST_USER + machine.pid());
            assertThat(found.capabilities()).isEqualTo(LOW_PORTS);
            try (Socket socket = new Socket("127.0.0.1", port)) {
                assertThat(socket.isConnected()).isTrue();
            }
        }
    }

    private static int freeLowPort() throws IOException {
        for (int port = 700; port < 1024; port++) {
            try (ServerSocket socket = new ServerSocket(port)) {
                return socket.getLocalPort();
            } catch (java.net.BindException e) {
                // Somebody has it.
            }
        }
        throw new IOException("no port below 1024 is free");
    }

    @Test
    void nothingIsLeftOfAMachineWhoseOwnerWasKilled() throws Exception {
        Path told = shared.resolve("told");
        Command command = Command.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-D" + Machines.KERNEL_PROPERTY + "=" + machines.kernel,
                "-cp",
                System.getProperty("java.class.path"),
                OrphaningHost.class.getName(),
                Files.createDirectories(shared.resolve("orphan")).toString(),
                told.toString());
        List<String> mounts = Files.readAllLines(Path.of("/proc/self/mountinfo"));
        try (RunningProcess host = machines.processes.start(
                command, new ProcessOutput.Captured(), new ProcessOutput.Captured(), new Cancellation())) {
            while (!Files.exists(told)) {
                assertThat(host.isAlive()).isTrue();
                Thread.sleep(20);
            }
            long qemu = Long.parseLong(Files.readString(told));
            Path namespace = Files.readSymbolicLink(Path.of("/proc/" + qemu + "/ns/mnt"));
            assertThat(inNamespace(namespace)).isNotZero();
            ProcessHandle.of(host.pid()).orElseThrow().destroyForcibly();
            host.await();
            while (inNamespace(namespace) > 0) {
                Thread.sleep(10);
            }
        }
        assertThat(Files.readAllLines(Path.of("/proc/self/mountinfo"))).isEqualTo(mounts);
    }

    private static long inNamespace(Path namespace) {
        return ProcessHandle.allProcesses()
                .filter(process -> {
                    try {
                        return Files.readSymbolicLink(Path.of("/proc/" + process.pid() + "/ns/mnt"))
                                .equals(namespace);
                    } catch (IOException e) {
                        return false;
                    }
                })
                .count();
    }
}
