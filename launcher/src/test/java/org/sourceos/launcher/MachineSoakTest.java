package org.sourceos.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.sourceos.host.Cancellation;
import org.sourceos.host.cgroup.ControlGroups;
import org.sourceos.launcher.guest.GuestProgram;
import org.sourceos.launcher.guest.GuestStreams;
import org.sourceos.launcher.limit.LimitHost;
import org.sourceos.launcher.limit.LimitedStart;
import org.sourceos.launcher.limit.Limits;
import org.sourceos.launcher.machine.MachineStatus;
import org.sourceos.launcher.qemu.VmSpec;
import org.sourceos.launcher.template.MachineStarter;
import org.sourceos.launcher.template.Templates;

/**
 * Many machines at once, and many one after the other: what is left of them is counted. A few here, fifty and a hundred with
 * {@code ./soak} ({@code -Dsoak.machines}, {@code -Dsoak.launches}).
 */
@Tag("vm")
@Timeout(1800)
class MachineSoakTest {
    private static final int MACHINES = Integer.getInteger("soak.machines", 5);
    private static final int LAUNCHES = Integer.getInteger("soak.launches", 10);
    private static final int WARM_UP = 2;
    /** What the heap may have more after a hundred launches than before; a machine's buffers alone are 100 KiB. */
    private static final long HEAP_MIB = 4;

    @TempDir
    private Path folder;

    private Machines machines;
    private DetachedFixture detached;
    private Templates templates;
    private LimitHost host;
    private final List<String> notes = new ArrayList<>();

    @BeforeEach
    void begin() throws Exception {
        machines = Machines.in(Files.createDirectory(folder.resolve("files")));
        detached = DetachedFixture.in(Files.createDirectory(folder.resolve("kept")));
        templates = new Templates(folder.resolve("templates"), 1L << 30, Clock.systemUTC());
        templates.make(machines.spec(), machines.context, new Cancellation());
        host = LimitHost.ofHost(machines.processes, notes::add);
    }

    /** What this process and the host have of ours. */
    private record Left(
            long heapMib, long descriptors, long threads, long processes, long files, List<String> groups) {}

    private Left left() throws IOException {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        Optional<ControlGroups> ours = host.groups().get();
        List<String> groups = new ArrayList<>(ours.isPresent() ? ours.get().names() : List.of());
        groups.removeIf(name -> !name.contains("." + ProcessHandle.current().pid() + "."));
        return new Left(
                (runtime.totalMemory() - runtime.freeMemory()) >> 20,
                count(Path.of("/proc/self/fd")),
                count(Path.of("/proc/self/task")),
                ProcessHandle.current()
                        .children()
                        .filter(ProcessHandle::isAlive)
                        .count(),
                tree(folder),
                groups);
    }

    /** For {@code ./soak}, which prints it. */
    private static void report(String line) throws IOException {
        String file = System.getProperty("soak.report", "");
        if (!file.isEmpty()) {
            Files.writeString(Path.of(file), line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        }
    }

    private static long count(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.count();
        }
    }

    private static long tree(Path folder) throws IOException {
        try (Stream<Path> entries = Files.walk(folder)) {
            return entries.count();
        }
    }

    private MicroVm restore(VmSpec spec, LaunchContext context) throws LaunchException {
        return new MachineStarter(templates, Optional.empty(), warning -> {
                    throw new AssertionError(warning);
                })
                .start(spec, context, new Cancellation());
    }

    private static String output(MicroVm machine) throws LaunchException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        GuestProgram program = Machines.program("hello");
        machine.run(program, new GuestStreams.Pipes(InputStream.nullInputStream(), out, out));
        return out.toString(StandardCharsets.UTF_8);
    }

    /** Restored and within limits, or kept by a service and stopped. */
    private void launch(int number, org.sourceos.launcher.machine.Machines kept) throws Exception {
        Limits limits = Limits.of(new TreeMap<>(Map.of("pids", "64", "cpu_weight", "50")));
        if (number % 2 == 0) {
            try (LimitedStart limited = new LimitedStart(limits, machines.spec(), host, machines.context);
                    MicroVm machine = limited.start(telling -> restore(machines.spec(), telling))) {
                assertThat(output(machine)).isEqualTo("Hello from the machine\n");
            }
        } else {
            MachineStatus status = kept.start(detached.request("wait").withLimits(limits));
            kept.stop(status.id(), Duration.ofSeconds(5));
            kept.remove(status.id());
        }
    }

    @Test
    void machinesOneAfterTheOtherLeaveNothing() throws Exception {
        try (var kept = org.sourceos.launcher.machine.Machines.open(detached.settings(host))) {
            for (int i = 0; i < WARM_UP; i++) {
                launch(i, kept);
            }
            Left before = left();
            for (int i = 0; i < LAUNCHES; i++) {
                launch(i, kept);
            }
            Left after = left();
            report(LAUNCHES + " launches: before " + before + ", after " + after);
            assertThat(after.heapMib()).isLessThanOrEqualTo(before.heapMib() + HEAP_MIB);
            assertThat(after.descriptors()).isLessThanOrEqualTo(before.descriptors());
            assertThat(after.threads()).isLessThanOrEqualTo(before.threads() + 2);
            assertThat(after.processes()).isEqualTo(before.processes());
            assertThat(after.files()).isEqualTo(before.files());
            assertThat(after.groups()).isEmpty();
        }
    }

    @Test
    void manyMachinesAtOnceAllAnswer() throws Exception {
        List<MicroVm> all = new ArrayList<>();
        int answered = 0;
        try {
            for (int i = 0; i < MACHINES; i++) {
                all.add(restore(machines.spec(), machines.context));
            }
            for (MicroVm machine : all) {
                answered += output(machine).equals("Hello from the machine\n") ? 1 : 0;
            }
        } finally {
            all.forEach(MicroVm::close);
        }
        report(answered + " of " + MACHINES + " machines at once answered");
        assertThat(answered).isEqualTo(MACHINES);
        assertThat(left().processes()).isZero();
    }
}
