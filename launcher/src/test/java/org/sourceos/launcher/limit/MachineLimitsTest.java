package org.sourceos.launcher.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.sourceos.host.ProcessRunner;
import org.sourceos.host.cgroup.ControlGroups;
import org.sourceos.launcher.LaunchException;
import org.sourceos.launcher.qemu.Accel;
import org.sourceos.launcher.qemu.MemoryKind;
import org.sourceos.launcher.qemu.Network;
import org.sourceos.launcher.qemu.RootMode;
import org.sourceos.launcher.qemu.VmSpec;

/** With a real process in place of QEMU. */
@Timeout(60)
class MachineLimitsTest {
    @TempDir
    private Path folder;

    private final List<String> notes = new ArrayList<>();
    private Process process;

    @BeforeEach
    void begin() throws IOException {
        process = new ProcessBuilder("/bin/sleep", "300").start();
    }

    @AfterEach
    void end() {
        process.destroyForcibly();
    }

    private LimitHost host(Optional<ControlGroups> groups) {
        return new LimitHost(
                new ProcessRunner(),
                () -> groups,
                new MergeDomains(folder.resolve("merging"), folder.resolve("ksm")),
                notes::add);
    }

    private static VmSpec spec() {
        return new VmSpec(
                "web",
                Path.of("/kernel"),
                Path.of("/init"),
                List.of(),
                RootMode.READONLY,
                128,
                1,
                new Network.None(),
                List.of(),
                Accel.TCG,
                0);
    }

    private MachineLimits limits(LimitHost host, String... pairs) throws LaunchException {
        TreeMap<String, String> values = new TreeMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            values.put(pairs[i], pairs[i + 1]);
        }
        return new MachineLimits(Limits.of(values), spec(), "test", host);
    }

    private String nice() throws IOException {
        return Files.readString(Path.of("/proc/" + process.pid() + "/stat"))
                .split("\\) ", 2)[1]
                .split(" ")[16];
    }

    @Test
    void withoutControlGroupsAWeightIsKeptAsNiceAndTheRestIsToldOnce() throws Exception {
        try (MachineLimits limits =
                limits(host(Optional.empty()), "cpu_weight", "50", "pids", "64", "memory_max", "1")) {
            limits.check();
            limits.started(process.pid());
        }
        assertThat(nice()).isEqualTo("3");
        assertThat(notes)
                .singleElement()
                .satisfies(note -> assertThat(note)
                        .startsWith("web runs without some of its limits, memory_max, cpu_weight, pids: ")
                        .contains("nice takes the place")
                        .contains("sourceos doctor"));
    }

    @Test
    void requiredLimitsThatCannotBeKeptRefuseTheMachine() throws Exception {
        MachineLimits limits = limits(host(Optional.empty()), "pids", "64", "required", "true");
        assertThatThrownBy(limits::check)
                .isInstanceOf(LaunchException.class)
                .hasMessageContaining("cannot start web")
                .hasMessageContaining("no controller pids of cgroup v2")
                .hasMessageContaining("sourceos doctor");
    }

    @Test
    void aBandwidthWithoutADeviceIsNotPassedOver() throws Exception {
        Optional<ControlGroups> real = ControlGroups.ofHost();
        limits(host(real), "io_read", "20").check();
        assertThat(notes).singleElement().satisfies(note -> assertThat(note).contains("io_read"));
    }

    @Test
    void whoLimitsNothingHearsNothing() throws Exception {
        try (MachineLimits limits = limits(host(Optional.empty()))) {
            limits.check();
            limits.started(process.pid());
        }
        assertThat(notes).isEmpty();
    }

    @Test
    void processorsThatTheHostDoesNotHaveAreNamed() throws Exception {
        assertThatThrownBy(() ->
                        limits(host(Optional.empty()), "cpu_pinning", "4000").check())
                .hasMessageContaining("names processor 4000");
    }

    @Test
    void hugePagesThatTheHostHasNotReservedAreRefusedWithHowToReserveThem() throws Exception {
        Path free = Path.of("/sys/kernel/mm/hugepages/hugepages-2048kB/free_hugepages");
        assumeTrue(Files.exists(free) && Files.readString(free).strip().equals("0"), "huge pages are reserved here");
        VmSpec huge = spec().of(new MemoryKind(true, false));
        assertThatThrownBy(() -> new MachineLimits(Limits.NONE, huge, "test", host(Optional.empty())).check())
                .hasMessageContaining("takes 64 huge pages of 2 MiB, and this host has 0 free")
                .hasMessageContaining("vm.nr_hugepages=64");
    }

    @Test
    void theGroupIsThereWhileTheMachineIs() throws Exception {
        Optional<ControlGroups> real = ControlGroups.ofHost();
        assumeTrue(real.isPresent(), "this user may not divide a control group here (cgroup v2)");
        Path around = Files.createDirectory(real.get().home().resolveSibling("sourceos-test-" + UUID.randomUUID()));
        ControlGroups groups = ControlGroups.below(around);
        try {
            try (MachineLimits limits = limits(host(Optional.of(groups)), "pids", "64")) {
                limits.check();
                limits.started(process.pid());
                assertThat(groups.names())
                        .singleElement()
                        .satisfies(name -> assertThat(name).startsWith("test."));
                assertThat(Files.readString(Path.of("/proc/" + process.pid() + "/cgroup")))
                        .contains("/sourceos/test.");
            }
            assertThat(groups.names()).isEmpty();
            assertThat(process.waitFor()).isEqualTo(137);
        } finally {
            Files.deleteIfExists(groups.home());
            Files.deleteIfExists(around);
        }
    }
}
