package org.sourceos.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.sourceos.host.Cancellation;
import org.sourceos.host.cgroup.ControlGroups;
import org.sourceos.launcher.limit.LimitHost;
import org.sourceos.launcher.limit.LimitedStart;
import org.sourceos.launcher.limit.Limits;
import org.sourceos.launcher.limit.MergeDomains;
import org.sourceos.launcher.machine.MachineStatus;

/** Real machines, in a control group of the host's real hierarchy where there is one. */
@Tag("vm")
@Timeout(120)
class LimitedMachinesTest {
    @TempDir
    private static Path shared;

    private static Machines machines;

    @TempDir
    private Path folder;

    private final List<String> notes = new ArrayList<>();
    private Path around;
    private ControlGroups groups;
    private LimitHost host;

    @BeforeAll
    static void build() throws Exception {
        machines = Machines.in(shared);
    }

    @BeforeEach
    void begin() throws IOException {
        Optional<ControlGroups> real = ControlGroups.ofHost();
        assumeTrue(real.isPresent(), "this user may not divide a control group here (cgroup v2)");
        around = Files.createDirectory(real.get().home().resolveSibling("sourceos-test-" + UUID.randomUUID()));
        groups = ControlGroups.below(around);
        Path kernel = Files.createDirectories(folder.resolve("ksm"));
        Files.writeString(kernel.resolve("run"), "0");
        host = new LimitHost(
                machines.processes,
                () -> Optional.of(groups),
                new MergeDomains(folder.resolve("merging"), kernel),
                notes::add);
    }

    @AfterEach
    void end() throws IOException {
        if (around != null) {
            Files.deleteIfExists(groups.home());
            Files.delete(around);
        }
    }

    private static Limits limits(Map<String, String> values) throws LaunchException {
        return Limits.of(new TreeMap<>(values));
    }

    private static boolean offersItsMemory(long pid) throws IOException {
        return Files.readAllLines(Path.of("/proc/" + pid + "/smaps")).stream()
                .anyMatch(line -> line.startsWith("VmFlags:") && line.contains(" mg"));
    }

    /** Of the thread that has this number where QEMU is. */
    private static String status(long pid, long thread) throws IOException {
        try (Stream<Path> tasks = Files.list(Path.of("/proc/" + pid + "/task"))) {
            for (Path task : tasks.toList()) {
                String status = Files.readString(task.resolve("status"));
                if (Pattern.compile("^NSpid:.*\\b" + thread + "$", Pattern.MULTILINE)
                        .matcher(status)
                        .find()) {
                    return status;
                }
            }
        }
        throw new IOException("QEMU has no thread " + thread);
    }

    @Test
    void aMachineIsInItsGroupOnItsProcessorAndNothingIsLeftOfIt() throws Exception {
        Limits wanted = limits(Map.of("pids", "64", "cpu_pinning", "0", "cpu_weight", "50"));
        try (LimitedStart limited = new LimitedStart(wanted, machines.spec(), host, machines.context);
                MicroVm machine =
                        limited.start(telling -> MicroVm.start(machines.spec(), telling, new Cancellation()))) {
            assertThat(groups.names()).hasSize(1);
            Path group = groups.home().resolve(groups.names().get(0));
            // And what waits for it where it is confined.
            assertThat(Files.readAllLines(group.resolve("cgroup.procs")))
                    .contains(Long.toString(machine.pid()))
                    .hasSizeLessThanOrEqualTo(2);
            long thread = machine.qmp()
                    .execute("query-cpus-fast", new JsonObject(), Duration.ofSeconds(20))
                    .getAsJsonArray()
                    .get(0)
                    .getAsJsonObject()
                    .get("thread-id")
                    .getAsLong();
            assertThat(status(machine.pid(), thread)).containsPattern("Cpus_allowed_list:\\s+0\n");
            assertThat(machine.awaitReady()).isEmpty();
        }
        assertThat(groups.names()).isEmpty();
    }

    @Test
    void memoryIsOfferedForMergingOnlyToMachinesOfOneDomain() throws Exception {
        try (LimitedStart first = new LimitedStart(
                        limits(Map.of("trust_domain", "work")), machines.spec(), host, machines.context);
                LimitedStart other = new LimitedStart(
                        limits(Map.of("trust_domain", "home")), machines.spec(), host, machines.context);
                LimitedStart none = new LimitedStart(Limits.NONE, machines.spec(), host, machines.context);
                MicroVm merged = first.start(telling -> MicroVm.start(machines.spec(), telling, new Cancellation()));
                MicroVm alone = other.start(telling -> MicroVm.start(machines.spec(), telling, new Cancellation()));
                MicroVm plain = none.start(telling -> MicroVm.start(machines.spec(), telling, new Cancellation()))) {
            assertThat(offersItsMemory(merged.pid())).isTrue();
            assertThat(offersItsMemory(alone.pid())).isFalse();
            assertThat(offersItsMemory(plain.pid())).isFalse();
            assertThat(notes)
                    .singleElement()
                    .satisfies(note ->
                            assertThat(note).contains("not merged: machines of the trust domain work are merged"));
        }
        assertThat(Files.readString(folder.resolve("ksm/run"))).isEqualTo("0");
    }

    @Test
    void aMachineThatIsRefusedLeavesNothing() throws Exception {
        Limits wanted = limits(Map.of("cpu_pinning", "0", "memory_max", "64", "required", "true"));
        assumeTrue(!groups.controllers().contains("memory"), "this host can keep the limit");
        try (LimitedStart limited = new LimitedStart(wanted, machines.spec(), host, machines.context)) {
            assertThatThrownBy(() -> limited.start(telling -> {
                        throw new AssertionError("started");
                    }))
                    .hasMessageContaining("no controller memory");
        }
        assertThat(groups.names()).isEmpty();
    }

    @Test
    void aMachineThatStaysHasItsGroupUntilItsEnd() throws Exception {
        DetachedFixture fixture = DetachedFixture.in(folder);
        try (var kept = org.sourceos.launcher.machine.Machines.open(fixture.settings(host))) {
            MachineStatus status = kept.start(fixture.request("wait").withLimits(limits(Map.of("pids", "64"))));
            assertThat(groups.names())
                    .singleElement()
                    .satisfies(name -> assertThat(name).startsWith(status.id() + "."));
            assertThat(Files.readString(Path.of("/proc/" + status.pid().orElseThrow() + "/cgroup")))
                    .contains("/sourceos/" + status.id());
            kept.stop(status.id(), Duration.ofSeconds(1));
            assertThat(groups.names()).isEmpty();
        }
        assertThat(notes).allSatisfy(note -> assertThat(note).contains("pids"));
    }

    @Test
    void aMachineThatIsKilledFromOutsideLeavesNoGroup() throws Exception {
        DetachedFixture fixture = DetachedFixture.in(folder);
        try (var kept = org.sourceos.launcher.machine.Machines.open(fixture.settings(host))) {
            MachineStatus status = kept.start(fixture.request("wait").withLimits(limits(Map.of("pids", "64"))));
            ProcessHandle.of(status.pid().orElseThrow()).orElseThrow().destroyForcibly();
            kept.awaitEnd(status.id());
            assertThat(groups.names()).isEmpty();
        }
    }
}
