package org.sourceos.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sourceos.host.RunningProcess;

/**
 * Faults of a switch that starts machines, each once ({@code -Dmachine.faults=30}: thirty of them): QEMU is missing, a port is
 * taken, the service is killed. The old generation's machine runs afterwards, or the new one's; never none, never both.
 */
@Tag("slow")
@Tag("vm")
class MachineFaultsTest {
    private static final int KINDS = 3;

    @TempDir
    private Path folder;

    private Desk desk;

    @BeforeEach
    void aMachineThatRuns() throws IOException {
        desk = Desk.withSystem(folder)
                .withStoreOfItsOwn()
                .with("SOURCEOS_SERVICE", "always")
                .with("SOURCEOS_SERVICE_IDLE", "60")
                .with("SOURCEOS_ACCEL", "tcg");
        desk.forgetGenerations();
        git("init", "-q", "-b", "main");
        configure("First", "", "");
        client(0, "rebuild", "switch");
    }

    @AfterEach
    void endIt() throws IOException {
        desk.run(desk.client("kill", "keeper"));
        desk.run(desk.client("service", "stop", "--now"));
    }

    private void git(String... words) throws IOException {
        List<String> argv = new ArrayList<>(List.of("git", "-C", desk.config().toString()));
        argv.addAll(List.of(words));
        Outcome outcome = desk.run(desk.command(argv));
        assertThat(outcome.status()).as(outcome.toString()).isZero();
    }

    private void configure(String subject, String system, String machine) throws IOException {
        Files.writeString(desk.config().resolve("system.source.nix"), """
                {
                  %s
                  vms.keeper = {
                    package = busybox;
                    command = [ "busybox" "sh" "-c" "echo %s; exec busybox sleep 9999" ];
                    autostart = true;
                    %s
                  };
                }
                """.formatted(system, subject, machine));
        git("add", "-A");
        git("commit", "-q", "--allow-empty", "-m", subject);
    }

    private Outcome client(int status, String... words) throws IOException {
        Outcome outcome = desk.run(desk.client(words));
        assertThat(outcome.status()).as(outcome.toString()).isEqualTo(status);
        return outcome;
    }

    private void assertFirstRuns() throws IOException {
        assertThat(client(0, "rebuild", "status").out())
                .startsWith("generation 1 (First) counts\n")
                .doesNotContain("does not run", "runs as another");
        // It is asked nothing, so a switch does not wait for what it says first.
        Desk.until("it is the first one", () -> log().endsWith("First\n"), this::log);
    }

    private String log() {
        try {
            return client(0, "logs", "keeper").out();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private void qemuIsMissing(int round) throws IOException {
        configure("No QEMU " + round, "system.qemu = /nowhere/qemu;", "environment.ROUND = \"" + round + "\";");
        assertThat(client(110, "rebuild", "switch").err())
                .contains("/nowhere/qemu, which is no program", "generation 1 counts again");
    }

    private void portIsTaken(int round) throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            configure(
                    "Taken " + round,
                    "",
                    "network = \"user\"; ports = [ \"127.0.0.1:" + taken.getLocalPort() + ":80\" ];");
            assertThat(client(110, "rebuild", "switch").err()).contains("generation 1 counts again");
        }
    }

    /** While the new machine is asked whether it is well, which it never is. */
    private void serviceIsKilled(int round) throws IOException {
        configure(
                "Killed " + round,
                "",
                "health.command = [ \"busybox\" \"false\" ]; environment.ROUND = \"" + round
                        + "\"; health.timeout = \"20s\";");
        Desk.Screen screen = new Desk.Screen();
        try (RunningProcess client = desk.begin(desk.client("rebuild", "switch"), screen)) {
            Path journal = folder.resolve("state/switch.json");
            Desk.until("it switches", () -> Files.exists(journal) || !client.isAlive(), screen::text);
            desk.run(desk.command(List.of("sleep", "0." + round % 10)));
            long service = ServiceDesk.number(
                    desk.with("SOURCEOS_SERVICE", "never")
                            .run(desk.with("SOURCEOS_SERVICE", "never").client("service", "status", "--json"))
                            .out(),
                    "pid");
            ServiceDesk.signal("KILL", service);
            assertThat(client.await().exitStatus()).as(screen.text()).isEqualTo(1);
            assertThat(screen.text()).contains("the resident service ended in the middle of this call");
        }
        // Whichever it is: one of the two, with its commands and its machine.
        String status = client(0, "rebuild", "status").out();
        assertThat(status).containsPattern("^generation [0-9]+ \\((First|Killed " + round + ")\\) counts\n");
        String number = status.replaceFirst("(?s)generation ([0-9]+) .*", "$1");
        assertThat(Files.readSymbolicLink(folder.resolve("state/profile"))).hasToString("profiles/" + number);
        assertThat(folder.resolve("state/switch.json")).doesNotExist();
        client(0, "rebuild", "rollback", "--to", "1");
    }

    @Test
    void theMachineOfTheGenerationThatCountsRunsAfterEveryFault() throws IOException {
        assertFirstRuns();
        int count = Integer.getInteger("machine.faults", KINDS);
        for (int i = 0; i < count; i++) {
            switch (i % KINDS) {
                case 0 -> qemuIsMissing(i);
                case 1 -> portIsTaken(i);
                default -> serviceIsKilled(i);
            }
            assertFirstRuns();
        }
        desk.assertStoreIsSound();
    }
}
