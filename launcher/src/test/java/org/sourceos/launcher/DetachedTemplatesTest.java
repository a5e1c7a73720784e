package org.sourceos.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.sourceos.gitstore.lease.Leases;
import org.sourceos.host.Cancellation;
import org.sourceos.launcher.machine.MachineRequest;
import org.sourceos.launcher.machine.MachineState;
import org.sourceos.launcher.machine.MachineStatus;
import org.sourceos.launcher.machine.Machines;
import org.sourceos.launcher.machine.RestartPolicy;
import org.sourceos.launcher.machine.StartSettings;
import org.sourceos.launcher.template.Templates;

/** Real machines that stay, restored instead of booted. */
@Tag("vm")
@Timeout(120)
class DetachedTemplatesTest {
    @TempDir
    private static Path shared;

    private static DetachedFixture fixture;

    private Templates templates;
    private Machines machines;

    @BeforeAll
    static void build() throws Exception {
        fixture = DetachedFixture.in(shared);
    }

    @BeforeEach
    void open() throws Exception {
        templates = new Templates(shared.resolve("templates"), 1L << 30, Clock.systemUTC());
        machines = Machines.open(fixture.settings());
    }

    @AfterEach
    void end() throws Exception {
        for (MachineStatus status : machines.list()) {
            machines.signal(status.id(), 9);
            machines.remove(status.id());
        }
        machines.close();
    }

    /** In whose store the templates are, and all its files. */
    private static MachineRequest request(String... duty) {
        return fixture.request(duty).starting(new StartSettings(Optional.of(shared), true, Optional.empty()));
    }

    private void makeTemplate() throws Exception {
        templates.make(request("hello").spec(), fixture.settings().launch(), new Cancellation());
    }

    private static boolean isRestored(MachineStatus machine) throws IOException {
        return Files.readString(Path.of("/proc/" + machine.pid().orElseThrow() + "/cmdline"))
                .contains("-incoming");
    }

    private MachineStatus status(MachineStatus machine) throws Exception {
        return machines.find(machine.id()).orElseThrow();
    }

    @Test
    void oneIsRestoredAndSoAreItsRestarts() throws Exception {
        makeTemplate();
        MachineStatus machine =
                machines.start(request("exit-later", "3", "1").withRestart(RestartPolicy.parse("on-failure")));
        assertThat(isRestored(machine)).isTrue();
        while (status(machine).restarts() == 0 || status(machine).state() != MachineState.RUNNING) {
            Thread.sleep(10);
        }
        assertThat(isRestored(status(machine))).isTrue();
        assertThat(machines.stop(machine.id(), Duration.ofSeconds(5)).message()).isEmpty();
    }

    @Test
    void oneBootsWhereItIsToldToOrTheTemplateIsDamaged() throws Exception {
        makeTemplate();
        MachineStatus booted = machines.start(
                fixture.request("lines").starting(new StartSettings(Optional.of(shared), false, Optional.empty())));
        assertThat(isRestored(booted)).isFalse();
        Path state = templates.list().get(0).folder().resolve("state");
        try (FileChannel channel = FileChannel.open(state, StandardOpenOption.WRITE)) {
            channel.truncate(100);
        }
        MachineStatus machine = machines.start(request("lines"));
        assertThat(isRestored(machine)).isFalse();
        assertThat(templates.list()).isEmpty();
        assertThat(machines.stop(machine.id(), Duration.ofSeconds(5)).message()).isEmpty();
    }

    @Test
    void itsFilesAreHeldOverARestartOfTheServiceAndNoLonger() throws Exception {
        makeTemplate();
        MachineStatus machine = machines.start(request("lines"));
        Path disk = request().spec().disks().get(0);
        assertThat(Leases.readAndClean(shared).files()).contains(disk);
        machines.close();
        assertThat(Leases.readAndClean(shared).files()).contains(disk);
        machines = Machines.open(fixture.settings());
        machines.stop(machine.id(), Duration.ofSeconds(5));
        assertThat(Leases.readAndClean(shared).files()).isEmpty();
        assertThat(shared.resolve("leases")).isEmptyDirectory();
    }

    @Test
    void aBootThatTakesLongerThanItMayIsGivenUp() throws Exception {
        MachineRequest request = fixture.request("lines")
                .starting(new StartSettings(Optional.empty(), false, Optional.of(Duration.ofMillis(1))));
        assertThatThrownBy(() -> machines.start(request))
                .isInstanceOf(LaunchException.class)
                .hasMessageContaining("did not come up within");
    }
}
