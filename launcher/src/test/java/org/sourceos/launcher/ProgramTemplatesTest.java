package org.sourceos.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.sourceos.gitstore.image.Readiness;
import org.sourceos.host.Cancellation;
import org.sourceos.host.Terminal;
import org.sourceos.launcher.guest.GuestProgram;
import org.sourceos.launcher.guest.GuestStreams;
import org.sourceos.launcher.qemu.Network;
import org.sourceos.launcher.qemu.RootMode;
import org.sourceos.launcher.qemu.Share;
import org.sourceos.launcher.qemu.VmSpec;
import org.sourceos.launcher.template.Launchable;
import org.sourceos.launcher.template.MachineStarter;
import org.sourceos.launcher.template.Pool;
import org.sourceos.launcher.template.ReadyProgram;
import org.sourceos.launcher.template.Template;
import org.sourceos.launcher.template.Templates;

/** Real machines, saved after the start of their program. */
@Tag("vm")
@Timeout(120)
class ProgramTemplatesTest {
    private static final Readiness WAITS = new Readiness.Idle(100);

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
        templates = new Templates(folder.resolve("templates"), 1L << 30, Clock.systemUTC());
    }

    private static Launchable answers(Readiness readiness, String... more) {
        return answers(machines.spec(), false, readiness, more);
    }

    private static Launchable answers(VmSpec spec, boolean onTerminal, Readiness readiness, String... more) {
        List<String> duty = new ArrayList<>(List.of("answers"));
        duty.addAll(List.of(more));
        return new Launchable(
                spec,
                Optional.of(new ReadyProgram(Machines.program(duty.toArray(String[]::new)), onTerminal, readiness)));
    }

    private Templates.Made make(Launchable wanted) throws Exception {
        return templates.make(wanted, machines.context, new Cancellation());
    }

    private MicroVm start(Launchable wanted) throws LaunchException {
        return new MachineStarter(templates, Optional.empty(), warnings::add)
                .start(wanted, machines.context, new Cancellation());
    }

    private static GuestProgram program(Launchable wanted) {
        return wanted.program().orElseThrow().program();
    }

    /** What the program says, its own first words included, when it is asked this. */
    private static String said(MicroVm machine, Launchable wanted, String... questions) throws LaunchException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        InputStream in =
                new ByteArrayInputStream((String.join("\n", questions) + "\n").getBytes(StandardCharsets.UTF_8));
        GuestExit exit = machine.run(program(wanted), new GuestStreams.Pipes(in, out, out));
        assertThat(exit).isEqualTo(new GuestExit.Exited(0));
        return out.toString(StandardCharsets.UTF_8);
    }

    private String said(Launchable wanted, String... questions) throws LaunchException {
        try (MicroVm machine = start(wanted)) {
            assertThat(machine.holdsProgram()).isTrue();
            return said(machine, wanted, questions);
        }
    }

    @Test
    void aProgramGoesOnFromWhereItWasSavedAndDiffersFromItsSiblings() throws Exception {
        Launchable wanted = answers(WAITS, "one");
        assertThat(make(wanted)).isEqualTo(Templates.Made.MADE);
        assertThat(make(wanted)).isEqualTo(Templates.Made.PRESENT);
        assertThat(templates.list()).singleElement().matches(Template::holdsProgram);

        Instant before = Instant.now();
        List<String> first = said(wanted, "random", "time", "/etc/machine-id", "/etc/hostname")
                .lines()
                .toList();
        List<String> second =
                said(wanted, "random", "time", "/etc/machine-id").lines().toList();

        // The same process, with the words it began with; what it draws after that is its own.
        String greeting = first.get(0).substring(0, first.get(0).indexOf('>'));
        assertThat(greeting).matches("[0-9]+ one");
        assertThat(second.get(0)).startsWith(greeting + "> ");
        assertThat(first.get(0)).hasSizeGreaterThan(34).isNotEqualTo(second.get(0));
        assertThat(Instant.ofEpochSecond(Long.parseLong(first.get(1))))
                .isBetween(before.minusSeconds(1), Instant.now().plusSeconds(1));
        assertThat(first.get(2)).hasSize(32).isNotEqualTo(second.get(2));
        assertThat(first.get(4)).isEqualTo("test");
        assertThat(warnings).isEmpty();
    }

    @Test
    void anythingElseThanWhatItWasMadeOfHasNoPartInIt() throws Exception {
        Launchable wanted = answers(new Readiness.Output("one> "), "one");
        make(wanted);
        assertThat(templates.find(wanted)).isPresent();
        assertThat(templates.find(answers(new Readiness.Output("one> "), "two")))
                .isEmpty();
        assertThat(templates.find(answers(new Readiness.Output("> "), "one"))).isEmpty();
        assertThat(templates.find(answers(machines.spec(), true, new Readiness.Output("one> "), "one")))
                .isEmpty();
        assertThat(templates.find(machines.spec())).isEmpty();
        Share share = new Share(machines.openFolder("some"), "/some", true);
        assertThat(answers(machines.spec(share), false, WAITS).program()).isEmpty();

        // It starts in a machine that waits for any program, where there is one.
        templates.make(machines.spec(), machines.context, new Cancellation());
        Launchable other = answers(new Readiness.Output("one> "), "two");
        try (MicroVm machine = start(other)) {
            assertThat(machine.holdsProgram()).isFalse();
            assertThat(said(machine, other, "/etc/hostname")).contains(" two> test");
        }
    }

    @Test
    void aTerminalHasTheSizeOfWhoeverComes() throws Exception {
        Launchable wanted = answers(
                machines.spec(machines.initramfs, new Network.None(), RootMode.READONLY), true, WAITS, "terminal");
        make(wanted);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        InputStream in = new ByteArrayInputStream("size\n/etc/machine-id\n\4".getBytes(StandardCharsets.UTF_8));
        try (MicroVm machine = start(wanted)) {
            assertThat(machine.holdsProgram()).isTrue();
            GuestExit exit =
                    machine.run(program(wanted), new GuestStreams.OnTerminal(in, out, new Terminal.Size(33, 111)));
            assertThat(exit).isEqualTo(new GuestExit.Exited(0));
        }
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("terminal> ").contains("33x111");
    }

    @Test
    void aDamagedOneIsRemovedAndTheProgramStarts() throws Exception {
        Launchable wanted = answers(WAITS);
        make(wanted);
        Files.writeString(templates.list().get(0).folder().resolve("said"), "something else");
        try (MicroVm machine = start(wanted)) {
            assertThat(machine.holdsProgram()).isFalse();
            assertThat(said(machine, wanted, "/etc/hostname")).contains("> test");
        }
        assertThat(warnings).singleElement().asString().contains("is of no use and was removed");
        assertThat(templates.list()).isEmpty();
    }

    @Test
    void oneThatEndsBeforeItIsReadyIsNotSaved() throws Exception {
        Launchable wanted = new Launchable(
                machines.spec(),
                Optional.of(new ReadyProgram(Machines.program("hello"), false, new Readiness.Output("never"))));
        assertThatThrownBy(() -> make(wanted))
                .isInstanceOf(LaunchException.class)
                .hasMessageContaining("it has ended")
                .hasMessageContaining("ready");
        assertThat(templates.list()).isEmpty();
    }

    @Test
    void thePoolKeepsMachinesWhoseProgramWaits() throws Exception {
        Launchable wanted = answers(WAITS);
        make(wanted);
        try (Pool pool = new Pool(1, Duration.ZERO, () -> 1 << 20)) {
            pool.launched(wanted, templates, machines.context);
            pool.launched(wanted, templates, machines.context);
            while (pool.waiting() != 1) {
                Thread.sleep(10);
            }
            assertThat(pool.take(machines.spec(), new Cancellation())).isEmpty();
            try (MicroVm machine = pool.take(wanted, new Cancellation()).orElseThrow()) {
                assertThat(machine.holdsProgram()).isTrue();
                assertThat(said(machine, wanted, "/etc/hostname")).contains("> test");
            }
        }
    }
}
