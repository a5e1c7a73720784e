package org.sourceos.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.sourceos.host.Cancellation;
import org.sourceos.launcher.guest.GuestProgram;
import org.sourceos.launcher.guest.GuestStreams;
import org.sourceos.launcher.guest.GuestUser;
import org.sourceos.launcher.machine.MachineStatus;
import org.sourceos.launcher.machine.RestartPolicy;

/** Guests that mean harm. After each: our memory is what it was, nothing of the machine is left, another one works. */
@Tag("vm")
@Timeout(120)
class GuestAttacksTest {
    private static final long KEPT = 32L << 20;
    private static final int SECONDS = Integer.getInteger("attack.seconds", 2);

    @TempDir
    private static Path shared;

    private static DetachedFixture fixture;
    private static Machines machines;

    @BeforeAll
    static void build() throws Exception {
        fixture = DetachedFixture.in(shared);
        machines = fixture.machines();
    }

    @AfterEach
    void anotherMachineWorksAndNothingIsLeft() throws Exception {
        assertAnotherWorks();
        assertThat(ProcessHandle.allProcesses()
                        .filter(process -> process.info()
                                .commandLine()
                                .filter(line -> line.contains(
                                        machines.disk.getFileName().toString()))
                                .filter(line -> line.contains(shared.toString()))
                                .isPresent())
                        .filter(ProcessHandle::isAlive))
                .isEmpty();
    }

    private static void assertAnotherWorks() throws LaunchException {
        Machines.Run other = machines.run(machines.spec(), Machines.program("hello"));
        assertThat(other.exit()).isEqualTo(new GuestExit.Exited(0));
        assertThat(other.stdout()).isEqualTo("Hello from the machine\n");
    }

    private static long usedMemory() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    /** Lets it do harm for a while, another machine beside it, and ends it. */
    private static GuestExit attack(String... duty) throws Exception {
        long before = usedMemory();
        CountDownLatch begun = new CountDownLatch(1);
        OutputStream out = new OutputStream() {
            @Override
            public void write(int b) {
                begun.countDown();
            }
        };
        GuestExit exit;
        try (MicroVm attacker = MicroVm.start(machines.spec(), machines.context, new Cancellation())) {
            CompletableFuture<GuestExit> run = CompletableFuture.supplyAsync(() -> {
                try {
                    return attacker.run(
                            Machines.program(duty), new GuestStreams.Pipes(InputStream.nullInputStream(), out, out));
                } catch (LaunchException e) {
                    throw new IllegalStateException(e);
                }
            });
            assertThat(begun.await(60, TimeUnit.SECONDS)).isTrue();
            assertAnotherWorks();
            CompletableFuture<GuestExit> limited =
                    run.copy().completeOnTimeout(new GuestExit.Killed("by the test"), SECONDS, TimeUnit.SECONDS);
            exit = limited.get();
            attacker.kill();
            run.get(30, TimeUnit.SECONDS);
        }
        assertThat(usedMemory() - before).isLessThan(KEPT);
        return exit;
    }

    @Test
    void aConsoleFloodTakesNoMemoryAndKeepsNobodyWaiting() throws Exception {
        assertThat(attack("flood-console")).isInstanceOf(GuestExit.Killed.class);
    }

    @Test
    void anOutputFloodTakesNoMemory() throws Exception {
        assertThat(attack("flood")).isInstanceOf(GuestExit.Killed.class);
    }

    @Test
    void aForkBombIsItsMachinesOwnTrouble() throws Exception {
        attack("fork-bomb");
    }

    @Test
    void aMemoryHogIsEndedByItsOwnKernel() throws Exception {
        attack("memory-hog");
    }

    @Test
    void rebootingForEverIsStartedAgainAsOftenAsWantedOnly() throws Exception {
        try (org.sourceos.launcher.machine.Machines kept =
                org.sourceos.launcher.machine.Machines.open(fixture.settings())) {
            MachineStatus loop = kept.start(fixture.request("off").withRestart(RestartPolicy.parse("on-failure:2")));
            assertThat(kept.awaitEnd(loop.id()).orElseThrow().status()).isNotZero();
            assertThat(kept.find(loop.id()).orElseThrow().restarts()).isEqualTo(2);
            kept.remove(loop.id());
        }
    }

    @Test
    void aProgramThatIsNotRootCannotSpeakForProcessOne() throws Exception {
        GuestUser somebody = new GuestUser(1000, 1000, List.of(), "somebody", "/");
        for (String way : List.of("open", "steal")) {
            GuestProgram program = Machines.program(somebody, Optional.of("/"), "forge", way);
            Machines.Run run = machines.run(machines.spec(), program);
            assertThat(run.exit()).isEqualTo(new GuestExit.Exited(0));
            assertThat(run.stdout()).startsWith("no port: ");
        }
    }

    @Test
    void rootLiesAboutItsOwnMachineAndNoOther() throws Exception {
        // The port has one owner, so that root must take it from process 1; then it ends the machine with a lie.
        assertThat(machines.run(machines.spec(), Machines.program("forge", "open"))
                        .stdout())
                .contains("no port: ");
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (MicroVm honest = MicroVm.start(machines.spec(), machines.context, new Cancellation())) {
            assertThat(honest.awaitReady()).isEmpty();
            assertThat(machines.run(machines.spec(), Machines.program("forge", "steal"))
                            .exit())
                    .isEqualTo(new GuestExit.Exited(33));
            assertThat(honest.run(
                            Machines.program("exit", "5"),
                            new GuestStreams.Pipes(InputStream.nullInputStream(), out, out)))
                    .isEqualTo(new GuestExit.Exited(5));
        }
        assertThat(out.toString(StandardCharsets.UTF_8)).isEmpty();
    }
}
