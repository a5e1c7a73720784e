package org.sourceos.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sourceos.host.Cancellation;
import org.sourceos.host.Command;
import org.sourceos.host.ProcessRunner;
import org.sourceos.host.RunningProcess;

/** {@code run} that is interrupted or killed while the machine boots or works: nothing of it stays. */
@Tag("vm")
@Tag("slow")
class InterruptedRunTest {
    @TempDir
    private Path folder;

    private Desk desk;

    @BeforeEach
    void sitDown() throws IOException {
        desk = Desk.in(folder);
        Outcome built = desk.execute("build", "busybox");
        assertThat(built.status()).as(built.toString()).isZero();
        // The verdict on KVM is found once, so that what is interrupted below is the machine and not the probe.
        assertThat(desk.execute("run", "busybox", "true").status()).isZero();
    }

    @AfterEach
    void nothingIsLeft() {
        Desk.assertNoProcessIsLeft();
        assertThat(folder.resolve("run")).isEmptyDirectory();
        assertThat(desk.execute("run", "busybox", "true").status()).isZero();
    }

    @Test
    void interruptedWhileItBoots() throws Exception {
        Desk.Started started = desk.start("run", "busybox", "sleep", "600");
        Desk.until("QEMU runs", () -> !machines(ProcessHandle.current()).isEmpty(), () -> "");
        started.cancel();
        Outcome outcome = started.await();
        assertThat(outcome.status()).as(outcome.toString()).isEqualTo(130);
        assertThat(outcome.err()).contains("sourceos: interrupted");
    }

    @Test
    void interruptedWhileTheProgramRuns() throws Exception {
        Desk.Started started = desk.start("run", "--json", "busybox", "sleep", "600");
        started.untilSays("\"event\":\"ready\"");
        started.cancel();
        Outcome outcome = started.await();
        assertThat(outcome.status()).as(outcome.toString()).isEqualTo(130);
    }

    @Test
    void aSignalReachesTheProgramWhichDecidesWhatItMeans() throws IOException {
        Desk.Screen screen = new Desk.Screen();
        Command command = desk.client(
                "run", "busybox", "sh", "-c", "trap 'echo caught; exit 5' TERM; echo ready; while :; do sleep 1; done");
        try (RunningProcess client = desk.begin(command, screen)) {
            screen.untilShows("ready");
            signal("TERM", ProcessHandle.of(client.pid()).orElseThrow());
            assertThat(client.await().exitStatus()).as(screen.text()).isEqualTo(5);
            assertThat(screen.text()).contains("caught");
        }
    }

    @Test
    void anInterruptEndsAProgramThatDoesNotCare() throws IOException {
        Desk.Screen screen = new Desk.Screen();
        try (RunningProcess client = desk.begin(desk.client("run", "--json", "busybox", "sleep", "600"), screen)) {
            screen.untilShows("\"event\":\"ready\"");
            signal("INT", java(client));
            assertThat(client.await().exitStatus()).as(screen.text()).isEqualTo(130);
        }
    }

    /** {@code kill} reaches the client only, where Ctrl-C reaches its whole group. */
    @Test
    void anInterruptThatOnlyTheClientGetsIsPassedOn() throws IOException {
        for (String name : List.of("INT", "TERM")) {
            Desk.Screen screen = new Desk.Screen();
            try (RunningProcess client = desk.begin(desk.client("run", "--json", "busybox", "sleep", "600"), screen)) {
                screen.untilShows("\"event\":\"ready\"");
                signal(name, ProcessHandle.of(client.pid()).orElseThrow());
                assertThat(client.await().exitStatus()).as(name + screen.text()).isIn(130, 143);
            }
        }
    }

    @Test
    void killedJavaTakesItsMachineAlongAndTheClientSaysSo() throws IOException {
        Desk.Screen screen = new Desk.Screen();
        try (RunningProcess client = desk.begin(desk.client("run", "--json", "busybox", "sleep", "600"), screen)) {
            screen.untilShows("\"event\":\"ready\"");
            ProcessHandle java = java(client);
            List<ProcessHandle> machines = machines(java);
            assertThat(machines).isNotEmpty();
            signal("KILL", java);
            assertThat(client.await().exitStatus()).as(screen.text()).isEqualTo(137);
            assertThat(screen.text()).contains("the Java process was ended by signal 9");
            Desk.until("QEMU is gone", () -> machines.stream().noneMatch(ProcessHandle::isAlive), () -> "");
        }
        try (var left = java.nio.file.Files.list(folder.resolve("run"))) {
            assertThat(left).allMatch(path -> path.getFileName().toString().startsWith("vm-"));
        }
    }

    private static List<ProcessHandle> machines(ProcessHandle of) {
        return Desk.programs(of, "qemu-system-x86_64");
    }

    private static ProcessHandle java(RunningProcess client) {
        return Desk.programs(ProcessHandle.of(client.pid()).orElseThrow(), "java")
                .get(0);
    }

    private static void signal(String name, ProcessHandle process) throws IOException {
        new ProcessRunner().output(Command.of("kill", "-" + name, Long.toString(process.pid())), new Cancellation());
    }
}
