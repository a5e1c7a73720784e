package org.sourceos.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.sourceos.gitstore.Digest;
import org.sourceos.host.Cancellation;
import org.sourceos.launcher.guest.GuestProgram;
import org.sourceos.launcher.guest.GuestStreams;
import org.sourceos.launcher.qemu.Network;
import org.sourceos.launcher.qemu.PortForward;
import org.sourceos.launcher.qemu.Share;
import org.sourceos.launcher.qemu.VmSpec;
import org.sourceos.launcher.template.MachineStarter;
import org.sourceos.launcher.template.Template;
import org.sourceos.launcher.template.Templates;

/** Real machines, saved and restored. */
@Tag("vm")
@Timeout(120)
class TemplatesTest {
    private static final long ROOM = 1L << 30;

    @TempDir
    private static Path shared;

    private static Machines machines;

    @TempDir
    private Path folder;

    private Templates templates;
    private final List<String> warnings = new ArrayList<>();

    @BeforeAll
    static void build() throws Exception {
        machines = Machines.in(shared);
    }

    @BeforeEach
    void begin() {
        templates = new Templates(folder.resolve("templates"), ROOM, Clock.systemUTC());
    }

    private Templates.Made make(VmSpec spec) throws Exception {
        return templates.make(spec, machines.context, new Cancellation());
    }

    private MicroVm start(VmSpec spec) throws LaunchException {
        return new MachineStarter(templates, Optional.empty(), warnings::add)
                .start(spec, machines.context, new Cancellation());
    }

    private String output(VmSpec spec, String... duty) throws LaunchException {
        return output(spec, Machines.program(duty));
    }

    private String output(VmSpec spec, GuestProgram program) throws LaunchException {
        try (MicroVm machine = start(spec)) {
            return output(machine, program);
        }
    }

    private static String output(MicroVm machine, GuestProgram program) throws LaunchException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        GuestExit exit = machine.run(program, new GuestStreams.Pipes(InputStream.nullInputStream(), out, out));
        assertThat(exit).isEqualTo(new GuestExit.Exited(0));
        return out.toString(StandardCharsets.UTF_8);
    }

    private static boolean isRestored(MicroVm machine) throws IOException {
        return Files.readString(Path.of("/proc/" + machine.pid() + "/cmdline")).contains("-incoming");
    }

    @Test
    void restoredMachinesDoWhatBootedOnesDo() throws Exception {
        VmSpec spec = machines.spec();
        assertThat(make(spec)).isEqualTo(Templates.Made.MADE);
        assertThat(make(spec)).isEqualTo(Templates.Made.PRESENT);
        try (MicroVm machine = start(spec)) {
            assertThat(isRestored(machine)).isTrue();
            assertThat(output(machine, Machines.program("hello"))).isEqualTo("Hello from the machine\n");
        }
        try (MicroVm machine = start(spec)) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            byte[] input = new byte[3_000_000];
            GuestExit exit = machine.run(
                    Machines.program("cat"), new GuestStreams.Pipes(new ByteArrayInputStream(input), out, out));
            assertThat(exit).isEqualTo(new GuestExit.Exited(0));
            assertThat(out.toByteArray()).isEqualTo(input);
        }
        try (MicroVm machine = start(spec)) {
            GuestExit exit = machine.run(
                    Machines.program("exit", "7"),
                    new GuestStreams.Pipes(InputStream.nullInputStream(), new ByteArrayOutputStream(), System.err));
            assertThat(exit).isEqualTo(new GuestExit.Exited(7));
        }
        assertThat(warnings).isEmpty();
    }

    @Test
    void noTwoMachinesOfATemplateAreTheSame() throws Exception {
        VmSpec spec = machines.spec();
        make(spec);
        for (String what : List.of("random", "layout")) {
            assertThat(lines(spec, what)).doesNotContainAnyElementsOf(lines(spec, what));
        }
        for (String file :
                List.of("/etc/machine-id", "/proc/sys/kernel/random/uuid", "/proc/sys/kernel/random/boot_id")) {
            assertThat(output(spec, "show", file)).hasSizeGreaterThan(30).isNotEqualTo(output(spec, "show", file));
        }
    }

    private List<String> lines(VmSpec spec, String what) throws LaunchException {
        List<String> lines = output(spec, what).lines().toList();
        assertThat(lines).hasSizeGreaterThan(2).doesNotHaveDuplicates();
        return lines;
    }

    @Test
    void theClockIsRightAndNeverGoesBack() throws Exception {
        VmSpec spec = machines.spec();
        make(spec);
        Instant before = Instant.now();
        List<String> lines = output(spec, "clocks").lines().toList();
        assertThat(lines).hasSize(2);
        assertThat(Instant.ofEpochSecond(Long.parseLong(lines.get(0))))
                .isBetween(before.minusSeconds(1), Instant.now().plusSeconds(1));
        assertThat(lines.get(1)).isEqualTo("steady");
    }

    @Test
    void aTemplateServesAnyFolder() throws Exception {
        Path one = machines.openFolder("one");
        Path two = machines.openFolder("two");
        Files.writeString(two.resolve("note"), "from two");
        make(machines.spec(new Share(one, "/one", true)));
        VmSpec spec = machines.spec(new Share(two, "/work", false));
        assertThat(templates.find(spec)).isPresent();
        assertThat(templates.find(machines.spec())).isEmpty();
        assertThat(output(spec, "show", "/work/note")).isEqualTo("from two");
        assertThat(output(spec, "write", "/work/answer", "to two")).isEmpty();
        assertThat(two.resolve("answer")).hasContent("to two");
        assertThat(warnings).isEmpty();
    }

    @Test
    void anotherMachineHasAnotherTemplate() throws Exception {
        VmSpec spec = machines.spec();
        make(spec);
        assertThat(templates.find(spec)).isPresent();
        Path kernel = copy(spec.kernel());
        Path initramfs = copy(spec.initramfs());
        Path disk = copy(spec.disks().get(0));
        assertThat(templates.find(with(kernel, spec.initramfs(), spec.disks(), 128, 1)))
                .isEmpty();
        assertThat(templates.find(with(spec.kernel(), initramfs, spec.disks(), 128, 1)))
                .isEmpty();
        assertThat(templates.find(with(spec.kernel(), spec.initramfs(), List.of(disk), 128, 1)))
                .isEmpty();
        assertThat(templates.find(with(spec.kernel(), spec.initramfs(), spec.disks(), 129, 1)))
                .isEmpty();
        assertThat(templates.find(with(spec.kernel(), spec.initramfs(), spec.disks(), 128, 2)))
                .isEmpty();
        assertThat(templates.find(with(spec.kernel(), spec.initramfs(), spec.disks(), 128, 1)))
                .isPresent();
    }

    @Test
    void aFileWithOtherContentHasAnotherTemplate() throws Exception {
        Path disk = copy(machines.disk);
        VmSpec spec = with(machines.kernel, machines.initramfs, List.of(disk), 128, 1);
        make(spec);
        assertThat(templates.find(spec)).isPresent();
        Files.write(disk, new byte[4096], StandardOpenOption.APPEND);
        assertThat(templates.find(spec)).isEmpty();
        assertThat(output(spec, "hello")).isEqualTo("Hello from the machine\n");
    }

    private Path copy(Path file) throws IOException {
        return Files.copy(file, folder.resolve(file.getFileName().toString()));
    }

    private static VmSpec with(Path kernel, Path initramfs, List<Path> disks, int memoryMib, int cpus) {
        VmSpec spec = machines.spec();
        return new VmSpec(
                "other",
                kernel,
                initramfs,
                disks,
                spec.rootMode(),
                memoryMib,
                cpus,
                spec.network(),
                spec.shares(),
                spec.accel(),
                spec.tscKhz());
    }

    @Test
    void aDamagedTemplateIsRemovedAndTheMachineBoots() throws Exception {
        VmSpec spec = machines.spec();
        for (Damage damage : List.<Damage>of(
                place -> flip(place.resolve("state"), 1000),
                place -> truncate(place.resolve("state"), 100),
                place -> flip(place.resolve("ram"), 20 << 20),
                place -> truncate(place.resolve("ram"), 64 << 20),
                place -> Files.delete(place.resolve("ram")),
                place -> Files.delete(place.resolve("state")))) {
            warnings.clear();
            assertThat(make(spec)).isEqualTo(Templates.Made.MADE);
            damage.to(templates.list().get(0).folder());
            assertThat(output(spec, "hello")).isEqualTo("Hello from the machine\n");
            assertThat(warnings).hasSize(1).first().asString().contains("is of no use and was removed");
            assertThat(templates.list()).isEmpty();
        }
        for (Damage damage : List.<Damage>of(
                place -> truncate(place.resolve("template.json"), 50),
                place -> Files.writeString(place.resolve("template.json"), "{}"),
                place -> Files.delete(place.resolve("template.json")))) {
            make(spec);
            damage.to(templates.list().get(0).folder());
            assertThat(output(spec, "hello")).isEqualTo("Hello from the machine\n");
            assertThat(templates.list()).isEmpty();
        }
    }

    /** A state that is whole, but not one that this QEMU takes. */
    @Test
    void aStateThatQemuRefusesIsRemovedAndTheMachineBoots() throws Exception {
        VmSpec spec = machines.spec();
        make(spec);
        Path place = templates.list().get(0).folder();
        Path state = place.resolve("state");
        String old = Digest.of(Files.readAllBytes(state)).hex();
        truncate(state, 20_000);
        String now = Digest.of(Files.readAllBytes(state)).hex();
        Path description = place.resolve("template.json");
        Files.writeString(description, Files.readString(description).replace(old, now));
        assertThat(output(spec, "hello")).isEqualTo("Hello from the machine\n");
        assertThat(warnings).hasSize(1);
        assertThat(templates.list()).isEmpty();
    }

    @Test
    void aPortLeadsIntoARestoredMachine() throws Exception {
        String kernel = System.getProperty("sourceos.test.kernel.net", "");
        assumeTrue(!kernel.isEmpty(), "no kernel with NET: run with -Dsourceos.test.kernel.net=/path/to/vmlinux");
        VmSpec alone = machines.spec();
        make(networked(kernel, alone, new Network.User(List.of())));
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        VmSpec spec = networked(kernel, alone, new Network.User(List.of(new PortForward("127.0.0.1", port, 80))));
        CompletableFuture<String> answer = new CompletableFuture<>();
        OutputStream out = new OutputStream() {
            @Override
            public void write(int b) {
                answer.completeAsync(() -> fetch(port));
            }
        };
        try (MicroVm machine = start(spec)) {
            assertThat(isRestored(machine)).isTrue();
            machine.run(
                    Machines.program("serve"), new GuestStreams.Pipes(InputStream.nullInputStream(), out, System.err));
        }
        assertThat(answer.get()).isEqualTo("from the machine\n");
    }

    private static String fetch(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return e.toString();
        }
    }

    private static VmSpec networked(String kernel, VmSpec like, Network network) {
        return new VmSpec(
                "networked",
                Path.of(kernel),
                like.initramfs(),
                like.disks(),
                like.rootMode(),
                like.memoryMib(),
                like.cpus(),
                network,
                List.of(),
                like.accel(),
                like.tscKhz());
    }

    private interface Damage {
        void to(Path template) throws IOException;
    }

    private static void flip(Path file, long at) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer one = ByteBuffer.allocate(1);
            channel.read(one, at);
            one.put(0, (byte) (one.get(0) ^ 1)).rewind();
            channel.write(one, at);
        }
    }

    private static void truncate(Path file, long size) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(size);
        }
    }

    @Test
    void aTemplateThatWasCopiedIsCheckedAndUsed() throws Exception {
        VmSpec spec = machines.spec();
        make(spec);
        Path ram = templates.list().get(0).folder().resolve("ram");
        Path other = Files.copy(ram, folder.resolve("copy"));
        Files.move(other, ram, StandardCopyOption.REPLACE_EXISTING);
        try (MicroVm machine = start(spec)) {
            assertThat(isRestored(machine)).isTrue();
        }
        assertThat(warnings).isEmpty();
    }

    @Test
    void whatIsNotUsedForLongestGoes() throws Exception {
        VmSpec one = machines.spec();
        make(one);
        long size = templates.list().get(0).usedBytes();
        assertThat(size).isBetween(1L << 20, 60L << 20);
        VmSpec two = with(machines.kernel, machines.initramfs, machines.spec().disks(), 130, 1);
        VmSpec three = with(machines.kernel, machines.initramfs, machines.spec().disks(), 140, 1);
        templates = new Templates(folder.resolve("templates"), size * 5 / 2, Clock.systemUTC());
        make(two);
        output(one, "hello");
        make(three);
        assertThat(templates.find(one)).isPresent();
        assertThat(templates.find(two)).isEmpty();
        assertThat(templates.find(three)).isPresent();
        templates = new Templates(folder.resolve("templates"), size / 2, Clock.systemUTC());
        assertThat(make(two)).isEqualTo(Templates.Made.TOO_LARGE);
        assertThat(templates.find(two)).isEmpty();
    }

    @Test
    void onlyOneMakesATemplateAtATime() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(3);
        try {
            List<Future<Templates.Made>> all =
                    threads.invokeAll(Collections.nCopies(3, (Callable<Templates.Made>) () -> make(machines.spec())));
            List<Templates.Made> made = new ArrayList<>();
            for (Future<Templates.Made> one : all) {
                made.add(one.get());
            }
            assertThat(made).containsOnlyOnce(Templates.Made.MADE).doesNotContain(Templates.Made.TOO_LARGE);
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void whoeverIsKilledWhileMakingLeavesNothingHalfMade() throws Exception {
        VmSpec spec = machines.spec();
        Process maker = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-D" + Machines.KERNEL_PROPERTY + "=" + machines.kernel,
                        "-cp",
                        System.getProperty("java.class.path"),
                        MakingHost.class.getName(),
                        folder.resolve("other").toString(),
                        folder.resolve("templates").toString())
                .redirectErrorStream(true)
                .start();
        Path place = folder.resolve("templates");
        while (maker.isAlive() && names(place).noneMatch(name -> name.startsWith(".begun-"))) {
            Thread.sleep(5);
        }
        maker.destroyForcibly().waitFor();
        assertThat(templates.list()).isEmpty();
        assertThat(make(spec)).isEqualTo(Templates.Made.MADE);
        assertThat(names(place)).hasSize(2).contains("lock");
    }

    private static Stream<String> names(Path place) throws IOException {
        if (!Files.isDirectory(place)) {
            return Stream.empty();
        }
        try (Stream<Path> files = Files.list(place)) {
            return files.map(file -> String.valueOf(file.getFileName())).toList().stream();
        }
    }

    @Test
    void restoringAndEndingLeavesNothingBehind() throws Exception {
        VmSpec spec = machines.spec();
        make(spec);
        output(spec, "hello");
        long descriptors = descriptors();
        for (int i = 0; i < Integer.getInteger("machines.loop", 10); i++) {
            assertThat(output(spec, "hello")).isEqualTo("Hello from the machine\n");
        }
        assertThat(descriptors()).isLessThanOrEqualTo(descriptors);
        assertThat(ProcessHandle.current().children().filter(ProcessHandle::isAlive))
                .isEmpty();
        assertThat(names(machines.context.runtimeDirectory())).isEmpty();
        assertThat(names(folder.resolve("templates"))).hasSize(2);
        assertThat(warnings).isEmpty();
    }

    private static long descriptors() throws IOException {
        return names(Path.of("/proc/self/fd")).count();
    }

    @Test
    void manyMachinesOfATemplateAnswerAtOnce() throws Exception {
        VmSpec spec = machines.spec();
        make(spec);
        int count = Integer.getInteger("machines.many", 8);
        List<MicroVm> all = new ArrayList<>();
        try {
            for (int i = 0; i < count; i++) {
                all.add(start(spec));
            }
            for (MicroVm machine : all) {
                assertThat(isRestored(machine)).isTrue();
            }
            for (MicroVm machine : all) {
                assertThat(output(machine, Machines.program("hello"))).isEqualTo("Hello from the machine\n");
            }
        } finally {
            all.forEach(MicroVm::close);
        }
    }

    @Test
    void aRemovedTemplateDoesNotEndItsMachines() throws Exception {
        VmSpec spec = machines.spec();
        make(spec);
        try (MicroVm machine = start(spec)) {
            for (Template template : templates.list()) {
                templates.drop(template);
            }
            assertThat(output(machine, Machines.program("hello"))).isEqualTo("Hello from the machine\n");
        }
        assertThat(templates.find(spec)).isEmpty();
    }
}
