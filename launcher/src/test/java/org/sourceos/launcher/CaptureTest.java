package org.sourceos.launcher;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.sourceos.host.Cancellation;
import org.sourceos.host.Command;
import org.sourceos.host.ProcessRunner;
import org.sourceos.launcher.checkpoint.QemuIdentity;
import org.sourceos.launcher.guest.GuestExec;
import org.sourceos.launcher.guest.GuestStreams;
import org.sourceos.launcher.machine.Attachment;
import org.sourceos.launcher.machine.CapturedMachine;
import org.sourceos.launcher.machine.MachineRequest;
import org.sourceos.launcher.machine.MachineState;
import org.sourceos.launcher.machine.MachineStatus;
import org.sourceos.launcher.machine.Machines;

/** Running machines that are saved and go on, with a real QEMU. */
@Tag("vm")
@Timeout(120)
class CaptureTest {
    @TempDir
    private static Path shared;

    private static DetachedFixture fixture;

    @TempDir
    private Path folder;

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
    void close() throws Exception {
        for (MachineStatus status : machines.list()) {
            machines.signal(status.id(), 9);
            machines.remove(status.id());
        }
        machines.close();
    }

    private static void until(Callable<Boolean> condition) throws Exception {
        while (!condition.call()) {
            Thread.sleep(10);
        }
    }

    private MachineStatus restore(CapturedMachine captured, Path ram, String name, Optional<String> hostname)
            throws Exception {
        return restore(captured, ram, name, hostname, captured.captured().qemu());
    }

    private MachineStatus restore(
            CapturedMachine captured, Path ram, String name, Optional<String> hostname, QemuIdentity qemu)
            throws Exception {
        MachineRequest request = captured.record().request().withName(name);
        return machines.restore(
                request, captured.record(), ram, captured.captured().state(), qemu, hostname, "a test");
    }

    private void type(MachineStatus machine, String line, String answered) throws Exception {
        byte[] bytes = (line + "\n").getBytes(UTF_8);
        try (Attachment attachment = machines.attach(machine.id())) {
            assertThat(attachment.type(bytes, 0, bytes.length)).isEqualTo(bytes.length);
        }
        until(() -> answers(machine).stream().anyMatch(answer -> answer.matches(answered + " \\S+ \\d+ " + line)));
    }

    private List<String> answers(MachineStatus machine) throws Exception {
        return fixture.log(machine).lines().map(String::strip).toList();
    }

    private String exec(MachineStatus machine, String... duty) throws Exception {
        GuestExec exec = machines.exec(machine.id(), org.sourceos.launcher.Machines.program(duty), Optional.empty());
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        exec.run(new GuestStreams.Pipes(InputStream.nullInputStream(), out, out));
        return out.toString(UTF_8);
    }

    private MachineStatus counter() throws Exception {
        return machines.start(fixture.request("counter").withTerminal(new org.sourceos.host.Terminal.Size(24, 80)));
    }

    @Test
    void goesOnWhereItWasWhenNothingOfItIsLeft() throws Exception {
        MachineStatus machine = counter();
        type(machine, "one", "1");
        type(machine, "two", "2");
        Path ram = folder.resolve("ram");
        CapturedMachine captured = machines.capture(machine.id(), ram);
        assertThat(captured.captured().pause()).isPositive();
        type(machine, "it runs on", "3");
        assertThat(exec(machine, "print", "x")).isNotNull();

        machines.signal(machine.id(), 9);
        machines.remove(machine.id());
        machines.close();
        machines = Machines.open(fixture.settings());

        Instant before = Instant.now();
        MachineStatus again = restore(captured, ram, "again", Optional.empty());
        Files.delete(ram);
        assertThat(again.state()).isEqualTo(MachineState.RUNNING);
        type(again, "three", "3");
        assertThat(exec(again, "host")).isEqualTo(exec(again, "host"));
        String answer = answers(again).stream()
                .filter(line -> line.endsWith("three") && line.startsWith("3 "))
                .findFirst()
                .orElseThrow();
        assertThat(Long.parseLong(answer.split(" ")[2]))
                .isBetween(before.getEpochSecond(), Instant.now().getEpochSecond());
        // As any other, it is found again by the next service.
        machines.close();
        machines = Machines.open(fixture.settings());
        until(() -> fixture.log(again).contains("the service was away"));
        type(again, "four", "4");
        // And can be saved itself.
        Path second = folder.resolve("second");
        CapturedMachine next = machines.capture(again.id(), second);
        MachineStatus third = restore(next, second, "third", Optional.of("third"));
        type(third, "five", "5");
        type(again, "five", "5");
    }

    @Test
    void twoOfOneMomentShareNoRandomNumbers() throws Exception {
        MachineStatus machine = machines.start(fixture.request("randoms"));
        until(() -> fixture.log(machine).length() > 1000);
        Path ram = folder.resolve("ram");
        CapturedMachine captured = machines.capture(machine.id(), ram);
        MachineStatus first = restore(captured, ram, "first", Optional.of("first"));
        MachineStatus second = restore(captured, ram, "second", Optional.of("second"));
        Set<String> seen = new HashSet<>();
        for (MachineStatus one : List.of(machine, first, second)) {
            long length = fixture.log(one).length();
            until(() -> fixture.log(one).length() > length + 2000);
        }
        for (MachineStatus one : List.of(machine, first, second)) {
            List<String> said = fixture.log(one)
                    .lines()
                    .filter(line -> line.matches("[0-9a-f]{16}"))
                    .toList();
            // What was on its way at that moment was drawn before it: each of them passes it on.
            List<String> own = said.subList(one == machine ? 0 : 4, said.size());
            assertThat(own).hasSizeGreaterThan(50).noneMatch(seen::contains);
            seen.addAll(said);
        }
    }

    @Test
    void isRefusedWhereItCouldNotBeRight() throws Exception {
        MachineStatus machine = counter();
        Path ram = folder.resolve("ram");
        CapturedMachine captured = machines.capture(machine.id(), ram);
        assertThatThrownBy(() ->
                        restore(captured, ram, "other", Optional.empty(), new QemuIdentity("7.2.1", "Somebody's")))
                .isInstanceOf(LaunchException.class)
                .hasMessageContaining("saved by QEMU 7.2.1 (Somebody's)");
        assertThat(machines.list()).hasSize(1);
        byte[] damaged = captured.captured().state().clone();
        Arrays.fill(damaged, 0, 200, (byte) 0xaa);
        assertThatThrownBy(() -> machines.restore(
                        captured.record().request().withName("damaged"),
                        captured.record(),
                        ram,
                        damaged,
                        captured.captured().qemu(),
                        Optional.empty(),
                        "a test"))
                .isInstanceOf(LaunchException.class);
        machines.pause(machine.id());
        assertThatThrownBy(() -> machines.capture(machine.id(), folder.resolve("paused")))
                .isInstanceOf(LaunchException.class)
                .hasMessageContaining("sourceos resume");
        machines.resume(machine.id());
        Files.writeString(folder.resolve("there"), "");
        assertThatThrownBy(() -> machines.capture(machine.id(), folder.resolve("there")))
                .isInstanceOf(LaunchException.class)
                .hasMessageContaining("the machine runs on");
        type(machine, "one", "1");
    }

    @Test
    void aFullDiskIsSaidAndTheMachineRunsOn() throws Exception {
        Path disk = Files.createDirectory(folder.resolve("disk"));
        assumeTrue(
                new ProcessRunner()
                        .run(
                                Command.of("mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", disk.toString()),
                                new Cancellation())
                        .succeeded(),
                "mounting a tmpfs is not permitted here");
        try {
            MachineStatus machine = counter();
            assertThatThrownBy(() -> machines.capture(machine.id(), disk.resolve("ram")))
                    .isInstanceOf(LaunchException.class)
                    .hasMessageContaining("No space left")
                    .hasMessageContaining("the machine runs on");
            type(machine, "one", "1");
            machines.capture(machine.id(), folder.resolve("ram"));
            type(machine, "two", "2");
        } finally {
            org.sourceos.launcher.Machines.run("umount", disk.toString());
        }
    }
}
