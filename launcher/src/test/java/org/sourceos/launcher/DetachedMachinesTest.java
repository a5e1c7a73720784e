package org.sourceos.launcher;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
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
import org.sourceos.host.Terminal;
import org.sourceos.launcher.guest.GuestExec;
import org.sourceos.launcher.guest.GuestMessage;
import org.sourceos.launcher.guest.GuestStreams;
import org.sourceos.launcher.machine.Attachment;
import org.sourceos.launcher.machine.MachineEnd;
import org.sourceos.launcher.machine.MachineState;
import org.sourceos.launcher.machine.MachineStatus;
import org.sourceos.launcher.machine.Machines;
import org.sourceos.launcher.machine.RestartPolicy;

/** Machines that outlive whoever started them, with a real QEMU. */
@Tag("vm")
@Timeout(120)
class DetachedMachinesTest {
    private static final Terminal.Size SIZE = new Terminal.Size(24, 80);
    private static final Duration AMPLE = Duration.ofSeconds(60);

    @TempDir
    private static Path shared;

    private static DetachedFixture fixture;

    private Machines machines;

    @BeforeAll
    static void build() throws Exception {
        fixture = DetachedFixture.in(shared);
    }

    @BeforeEach
    void open() throws Exception {
        machines = Machines.open(fixture.settings());
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        for (MachineStatus status : machines.list()) {
            machines.signal(status.id(), 9);
            machines.remove(status.id());
        }
        machines.close();
        try (Stream<Path> left = Files.list(fixture.runtime().resolve("machines"))) {
            assertThat(left.map(path -> path.getFileName().toString())).containsOnly("lock");
        }
        assertThat(fixture.state().resolve("machines")).isEmptyDirectory();
        assertThat(qemus()).isEmpty();
    }

    private static List<ProcessHandle> qemus() {
        return ProcessHandle.allProcesses()
                .filter(process -> process.info()
                        .commandLine()
                        .filter(line -> line.contains(shared.toString()))
                        .isPresent())
                .filter(ProcessHandle::isAlive)
                .toList();
    }

    private static void until(Callable<Boolean> condition) throws Exception {
        while (!condition.call()) {
            Thread.sleep(10);
        }
    }

    private MachineStatus status(MachineStatus machine) throws Exception {
        return machines.find(machine.id()).orElseThrow();
    }

    private record Output(Optional<GuestMessage> end, String out, String err) {}

    private static Output run(GuestExec exec, InputStream in) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Optional<GuestMessage> end = exec.run(new GuestStreams.Pipes(in, out, err));
        return new Output(end, out.toString(UTF_8), err.toString(UTF_8));
    }

    private Output exec(MachineStatus machine, String input, String... duty) throws Exception {
        return run(
                machines.exec(machine.id(), org.sourceos.launcher.Machines.program(duty), Optional.empty()),
                new ByteArrayInputStream(input.getBytes(UTF_8)));
    }

    @Test
    void keepsTheOutputAndTheStatusOfAProgramNobodyWaitsFor() throws Exception {
        MachineStatus machine = machines.start(fixture.request("both", "1"));
        assertThat(machines.awaitEnd(machine.id())).contains(new MachineEnd(0, ""));
        assertThat(fixture.log(machine)).hasSize(2 * 65_536);
        MachineStatus after = status(machine);
        assertThat(after.state()).isEqualTo(MachineState.ENDED);
        assertThat(after.pid()).isEmpty();
        assertThat(Machines.read(fixture.runtime(), fixture.state())).containsExactly(after);
        try (Stream<Path> left = Files.list(fixture.runtime().resolve("machines/" + machine.id()))) {
            assertThat(left.map(path -> path.getFileName().toString())).containsOnly("machine.json");
        }
    }

    @Test
    void boundsTheLogOfAFlood() throws Exception {
        machines.close();
        machines = Machines.open(fixture.settings(100_000));
        MachineStatus machine = machines.start(fixture.request("both", "20"));
        assertThat(machines.awaitEnd(machine.id())).contains(new MachineEnd(0, ""));
        assertThat(fixture.log(machine)).hasSizeBetween(30_000, 100_000);
    }

    @Test
    void stopsAProgramThatListensAndOneThatDoesNot() throws Exception {
        MachineStatus listens = machines.start(fixture.request("lines"));
        MachineStatus deaf = machines.start(fixture.request("wait"));
        until(() -> fixture.log(listens).contains("line 3\n"));
        assertThat(machines.stop(listens.id(), AMPLE)).isEqualTo(new MachineEnd(7, ""));
        assertThat(machines.stop(deaf.id(), AMPLE)).isEqualTo(new MachineEnd(128 + 15, ""));
        assertThat(status(deaf).state()).isEqualTo(MachineState.ENDED);
    }

    @Test
    void runsOtherProgramsWithTheirInputStatusAndErrors() throws Exception {
        MachineStatus machine = machines.start(fixture.request("wait"));
        Output cat = exec(machine, "some input\n", "cat");
        assertThat(cat).isEqualTo(new Output(Optional.of(new GuestMessage.Exited(0)), "some input\n", ""));
        assertThat(exec(machine, "", "exit", "3").end()).contains(new GuestMessage.Exited(3));
        assertThat(exec(machine, "", "raise", "9").end()).contains(new GuestMessage.Signalled(9));
        Output unknown = exec(machine, "", "no-such-duty");
        assertThat(unknown.end()).contains(new GuestMessage.Exited(99));
        assertThat(unknown.err()).contains("unknown duty");
        assertThat(run(machines.exec(machine.id(), absent(), Optional.empty()), InputStream.nullInputStream())
                        .end())
                .contains(new GuestMessage.NotStarted(false, 2));
        // Many one after the other: no session is lost.
        for (int i = 0; i < 40; i++) {
            assertThat(exec(machine, "", "exit", String.valueOf(i)).end()).contains(new GuestMessage.Exited(i));
        }
        assertThat(status(machine).state()).isEqualTo(MachineState.RUNNING);
    }

    private org.sourceos.launcher.guest.GuestProgram absent() {
        var like = org.sourceos.launcher.Machines.program("x");
        return new org.sourceos.launcher.guest.GuestProgram(
                List.of("absent"), like.environment(), Optional.empty(), like.user(), "t");
    }

    @Test
    void givesAnotherProgramATerminal() throws Exception {
        MachineStatus machine = machines.start(fixture.request("wait"));
        GuestExec exec =
                machines.exec(machine.id(), org.sourceos.launcher.Machines.program("resizes"), Optional.of(SIZE));
        ByteArrayOutputStream out = new ByteArrayOutputStream() {
            @Override
            public synchronized void write(byte[] bytes, int from, int length) {
                super.write(bytes, from, length);
                exec.resize(new Terminal.Size(30, 90));
            }
        };
        assertThat(exec.run(new GuestStreams.OnTerminal(InputStream.nullInputStream(), out, SIZE)))
                .contains(new GuestMessage.Exited(0));
        assertThat(out.toString(UTF_8)).isEqualTo("24x80\r\n30x90\r\n");
    }

    @Test
    void letsNoSessionWaitForOneThatFloodsOrDoesNotRead() throws Exception {
        MachineStatus machine = machines.start(fixture.request("lines"));
        // Floods, and its reader takes nothing.
        GuestExec stuck =
                machines.exec(machine.id(), org.sourceos.launcher.Machines.program("flood"), Optional.empty());
        // Floods, and is read as fast as it can be.
        GuestExec flood =
                machines.exec(machine.id(), org.sourceos.launcher.Machines.program("flood"), Optional.empty());
        CompletableFuture<Optional<GuestMessage>> flooding = CompletableFuture.supplyAsync(() -> {
            try {
                OutputStream nowhere = OutputStream.nullOutputStream();
                return flood.run(new GuestStreams.Pipes(InputStream.nullInputStream(), nowhere, nowhere));
            } catch (IOException | InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        // Does not read what it is given.
        GuestExec deaf = machines.exec(machine.id(), org.sourceos.launcher.Machines.program("wait"), Optional.empty());
        CompletableFuture<Optional<GuestMessage>> feeding = CompletableFuture.supplyAsync(() -> {
            try {
                OutputStream nowhere = OutputStream.nullOutputStream();
                return deaf.run(new GuestStreams.Pipes(new ByteArrayInputStream(new byte[4 << 20]), nowhere, nowhere));
            } catch (IOException | InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        for (int i = 0; i < 3; i++) {
            byte[] input = new byte[500_000];
            assertThat(exec(machine, new String(input, UTF_8), "cat").out()).hasSize(input.length);
        }
        String before = fixture.log(machine);
        until(() -> fixture.log(machine).length() > before.length() + 50);
        assertThat(flood.signal(9)).isTrue();
        assertThat(flooding.get(60, TimeUnit.SECONDS)).contains(new GuestMessage.Signalled(9));
        deaf.signal(15);
        assertThat(feeding.get(60, TimeUnit.SECONDS)).contains(new GuestMessage.Signalled(15));
        stuck.signal(9);
        ByteArrayOutputStream late = new ByteArrayOutputStream();
        assertThat(stuck.run(new GuestStreams.Pipes(InputStream.nullInputStream(), late, late)))
                .contains(new GuestMessage.Signalled(9));
        assertThat(late.size()).isPositive();
    }

    @Test
    void hasRoomForFifteenProgramsBesideItsOwn() throws Exception {
        MachineStatus machine = machines.start(fixture.request("wait"));
        List<GuestExec> all = new ArrayList<>();
        for (int i = 0; i < 15; i++) {
            all.add(machines.exec(machine.id(), org.sourceos.launcher.Machines.program("wait"), Optional.empty()));
        }
        assertThatThrownBy(() -> exec(machine, "", "hello")).hasMessageContaining("more it has no room for");
        all.get(7).signal(15);
        assertThat(run(all.get(7), InputStream.nullInputStream()).end()).contains(new GuestMessage.Signalled(15));
        assertThat(exec(machine, "", "hello").out()).isEqualTo("Hello from the machine\n");
    }

    @Test
    void letsSomebodyWatchTheProgramAndType() throws Exception {
        MachineStatus machine =
                machines.start(fixture.request("echo-until", "end").withTerminal(SIZE));
        Attachment first = machines.attach(machine.id());
        Attachment second = machines.attach(machine.id());
        ByteArrayOutputStream seen = new ByteArrayOutputStream();
        CompletableFuture<Attachment.Reason> watching = CompletableFuture.supplyAsync(() -> {
            try {
                return first.run(seen, seen);
            } catch (IOException | InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        type(first, "hallo\n");
        until(() -> seen.toString(UTF_8).contains("got hallo"));
        first.detach();
        assertThat(watching.get(60, TimeUnit.SECONDS)).isEqualTo(Attachment.Reason.DETACHED);
        assertThat(status(machine).state()).isEqualTo(MachineState.RUNNING);
        type(second, "end\n");
        assertThat(second.run(OutputStream.nullOutputStream(), OutputStream.nullOutputStream()))
                .isEqualTo(Attachment.Reason.MACHINE_ENDED);
        assertThat(second.awaitEnd()).contains(new MachineEnd(5, ""));
    }

    private static void type(Attachment attachment, String text) throws Exception {
        byte[] bytes = text.getBytes(UTF_8);
        assertThat(attachment.type(bytes, 0, bytes.length)).isEqualTo(bytes.length);
    }

    @Test
    void pausesAndGoesOn() throws Exception {
        MachineStatus machine = machines.start(fixture.request("lines"));
        until(() -> fixture.log(machine).contains("line 3\n"));
        machines.pause(machine.id());
        assertThat(status(machine).state()).isEqualTo(MachineState.PAUSED);
        assertThatThrownBy(() -> exec(machine, "", "hello")).hasMessageContaining("it is paused");
        machines.close();
        machines = Machines.open(fixture.settings());
        assertThat(status(machine).state()).isEqualTo(MachineState.PAUSED);
        until(() -> {
            try {
                machines.resume(machine.id());
                return status(machine).state() == MachineState.RUNNING;
            } catch (LaunchException e) {
                return false;
            }
        });
        String before = fixture.log(machine);
        until(() -> fixture.log(machine).length() > before.length() + 200);
        machines.pause(machine.id());
        assertThat(machines.stop(machine.id(), AMPLE)).isEqualTo(new MachineEnd(7, ""));
    }

    @Test
    void findsItsMachinesAgainAndLearnsHowTheyEnded() throws Exception {
        MachineStatus runs = machines.start(fixture.request("lines").withName("runs"));
        until(() -> fixture.log(runs).contains("line 3\n"));
        MachineStatus ends =
                machines.start(fixture.request("exit-later", "42", "1").withName("ends"));
        machines.close();
        assertThat(qemus()).hasSize(2);
        assertThat(Machines.read(fixture.runtime(), fixture.state()))
                .extracting(MachineStatus::state)
                .containsOnly(MachineState.RUNNING);
        Thread.sleep(2500);
        machines = Machines.open(fixture.settings());
        assertThat(machines.awaitEnd(ends.id())).contains(new MachineEnd(42, ""));
        until(() -> fixture.log(runs).contains("the service was away"));
        String before = fixture.log(runs);
        until(() -> fixture.log(runs).length() > before.length() + 200);
        assertThat(exec(runs, "x", "cat").out()).isEqualTo("x");
        assertThat(machines.stop(machines.find("runs").orElseThrow().id(), AMPLE))
                .isEqualTo(new MachineEnd(7, ""));
        assertLinesInOrder(fixture.log(runs));
    }

    /** Whole lines, each later than the one before: a break may lose some, it mixes up none. */
    private static void assertLinesInOrder(String log) {
        int last = -1;
        for (String line : log.lines()
                .filter(l -> !l.isEmpty() && !l.startsWith("[sourceos"))
                .toList()) {
            assertThat(line).startsWith("line ");
            int number = Integer.parseInt(line.substring(5));
            assertThat(number).isGreaterThan(last);
            last = number;
        }
    }

    @Test
    void aKilledServiceLosesNoMachine() throws Exception {
        machines.close();
        Path told = shared.resolve("told");
        Command command = Command.of(
                ProcessHandle.current().info().command().orElseThrow(),
                "-cp",
                System.getProperty("java.class.path"),
                "-D" + org.sourceos.launcher.Machines.KERNEL_PROPERTY + "="
                        + System.getProperty(org.sourceos.launcher.Machines.KERNEL_PROPERTY),
                DetachedHost.class.getName(),
                shared.toString(),
                told.toString());
        try (RunningProcess host = new org.sourceos.host.ProcessRunner()
                .start(command, new ProcessOutput.Captured(), new ProcessOutput.Captured(), new Cancellation())) {
            while (!Files.exists(told)) {
                assertThat(host.isAlive()).isTrue();
                Thread.sleep(20);
            }
            ProcessHandle.of(host.pid()).orElseThrow().destroyForcibly();
            host.await();
        }
        String[] idAndPid = Files.readString(told).split(" ", -1);
        machines = Machines.open(fixture.settings());
        MachineStatus machine = machines.find(idAndPid[0].substring(0, 6)).orElseThrow();
        assertThat(machine.pid()).contains(Long.parseLong(idAndPid[1]));
        until(() -> fixture.log(machine).contains("the service was away"));
        // The program beside it flooded when its reader was killed; it is gone, and its session can be had again.
        for (int i = 0; i < 20; i++) {
            assertThat(exec(machine, "", "hello").out()).isEqualTo("Hello from the machine\n");
        }
        assertThat(machines.stop(machine.id(), AMPLE)).isEqualTo(new MachineEnd(7, ""));
        assertLinesInOrder(fixture.log(machine));
    }

    @Test
    void saysThatQemuWasKilledAndStartsAgainWhatIsToRunAlways() throws Exception {
        MachineStatus never = machines.start(fixture.request("wait"));
        MachineStatus always = machines.start(fixture.request("wait").withRestart(RestartPolicy.parse("always")));
        kill(never);
        MachineEnd end = machines.awaitEnd(never.id()).orElseThrow();
        assertThat(end.status()).isEqualTo(125);
        assertThat(end.message()).contains("its QEMU was killed");
        kill(always);
        until(() -> status(always).restarts() == 1 && status(always).state() == MachineState.RUNNING);
        assertThat(status(always).pid()).isNotEqualTo(always.pid());
        machines.stop(always.id(), AMPLE);
        assertThat(status(always).state()).isEqualTo(MachineState.ENDED);
    }

    private static void kill(MachineStatus machine) {
        ProcessHandle.of(machine.pid().orElseThrow()).orElseThrow().destroyForcibly();
    }

    @Test
    void startsAFailingProgramAgainAsOftenAsWanted() throws Exception {
        MachineStatus machine =
                machines.start(fixture.request("exit", "3").withRestart(RestartPolicy.parse("on-failure:2")));
        assertThat(machines.awaitEnd(machine.id())).contains(new MachineEnd(3, ""));
        assertThat(status(machine).restarts()).isEqualTo(2);
        MachineStatus fine =
                machines.start(fixture.request("exit", "0").withRestart(RestartPolicy.parse("on-failure")));
        assertThat(machines.awaitEnd(fine.id())).contains(new MachineEnd(0, ""));
        assertThat(status(fine).restarts()).isZero();
    }

    @Test
    void givesItsSecretsAtEachStartAndWritesThemDownNowhere() throws Exception {
        Path file = Files.writeString(shared.resolve("key"), "only the program");
        Files.setPosixFilePermissions(file, java.nio.file.attribute.PosixFilePermissions.fromString("rw-------"));
        TreeMap<String, Path> secrets = new TreeMap<>();
        secrets.put("key", file);
        MachineStatus machine =
                machines.start(fixture.request("wait").withSecrets(secrets).withRestart(RestartPolicy.parse("always")));
        assertThat(exec(machine, "", "show", "/run/secrets/key").out()).isEqualTo("only the program");
        assertThat(fixture.runtime().resolve("machines/" + machine.id() + "/machine.json"))
                .content()
                .contains(file.toString())
                .doesNotContain("only the program");
        kill(machine);
        until(() -> status(machine).restarts() == 1 && status(machine).state() == MachineState.RUNNING);
        assertThat(exec(machine, "", "show", "/run/secrets/key").out()).isEqualTo("only the program");
    }

    @Test
    void forgetsWhatWasNotToBeKept() throws Exception {
        MachineStatus machine = machines.start(fixture.request("hello").removedAtEnd());
        until(() -> machines.find(machine.id()).isEmpty());
    }

    @Test
    void listsThoseOfAnOwnerAndRefusesATakenName() throws Exception {
        MachineStatus named = machines.start(fixture.request("wait").withName("web"));
        assertThat(machines.ownedBy("command")).extracting(MachineStatus::name).containsExactly("web");
        assertThat(machines.ownedBy("system")).isEmpty();
        assertThat(machines.find("web")).isEqualTo(machines.find(named.id().substring(0, 5)));
        assertThatThrownBy(() -> machines.start(fixture.request("wait").withName("web")))
                .hasMessageContaining("there is a machine called web");
        assertThatThrownBy(() -> Machines.open(fixture.settings())).hasMessageContaining("watched over by another");
        assertThatThrownBy(() -> machines.remove(named.id())).hasMessageContaining("has not ended");
        assertThat(status(named).usage().orElseThrow().pssKib()).isPositive();
    }
}
