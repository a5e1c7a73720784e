package org.sourceos.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
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

/** How a resident service begins and ends, and what its clients see of that. */
@Tag("slow")
class ServiceLifeTest {
    @TempDir
    private Path folder;

    private ServiceDesk service;

    @BeforeEach
    void sitDown() throws IOException {
        service = new ServiceDesk(folder);
    }

    @AfterEach
    void leave() throws IOException {
        service.close();
    }

    private void answers() throws IOException {
        Outcome version = service.always().run(service.always().client("--version"));
        assertThat(version).as(service.log()).isEqualTo(new Outcome(0, "SourceOS 0.1.0\n", ""));
    }

    @Test
    void theFirstCommandStartsItForTheNext() throws IOException {
        Desk usual = service.asUsual();
        assertThat(usual.run(usual.client("--version")).out()).isEqualTo("SourceOS 0.1.0\n");
        Desk.until("it serves", () -> Files.exists(service.socket()), service::log);
        assertThat(usual.run(usual.client("--version")).out()).isEqualTo("SourceOS 0.1.0\n");
        assertThat(ServiceDesk.number(service.status().orElseThrow(), "calls")).isGreaterThan(1);
    }

    @Test
    void withNeverThereIsNone() throws IOException {
        Desk never = service.never();
        assertThat(never.run(never.client("--version")).out()).isEqualTo("SourceOS 0.1.0\n");
        Outcome status = never.run(never.client("service", "status"));
        assertThat(status.status()).isEqualTo(1);
        assertThat(status.out()).contains("no service of this build runs");
        assertThat(folder.resolve("run")).doesNotExist();
    }

    @Test
    void aCommandThatNeedsItGetsIt() throws IOException {
        Desk usual = service.asUsual();
        Outcome started = usual.run(usual.client("service", "status", "--start"));
        assertThat(started.status()).as(started + service.log()).isZero();
        assertThat(started.out()).startsWith("running since ");
        Outcome refused = service.never()
                .with("SOURCEOS_RUNTIME", folder.resolve("none").toString())
                .run(service.never()
                        .with("SOURCEOS_RUNTIME", folder.resolve("none").toString())
                        .client("service", "status", "--start"));
        assertThat(refused.status()).isEqualTo(1);
        assertThat(refused.err()).contains("which SOURCEOS_SERVICE=never keeps it from");
    }

    @Test
    void manyAtOnceStartOne() throws IOException {
        Outcome all = ServiceDesk.sh(service.always(), "for i in 1 2 3 4 5 6 7 8; do \"$0\" store path & done; wait");
        assertThat(all.out().lines())
                .as(all + service.log())
                .hasSize(8)
                .containsOnly(service.always().store().toString());
        assertThat(service.log().lines().filter(line -> line.contains("serving in")))
                .hasSize(1);
    }

    @Test
    void aSecondOneSaysThatThereIsAFirst() throws IOException {
        answers();
        Desk never = service.never();
        Outcome second = never.run(never.client("service", "run"));
        assertThat(second.status()).isEqualTo(1);
        assertThat(second.err()).contains("another service runs for " + folder.resolve("run"));
        answers();
    }

    @Test
    void idleItEnds() throws IOException {
        Desk quick = service.always().with("SOURCEOS_SERVICE_IDLE", "1");
        assertThat(quick.run(quick.client("--version")).status()).isZero();
        Desk.until("it has ended", () -> service.log().contains(" ended"), service::log);
        assertThat(service.socket()).doesNotExist();
        assertThat(folder.resolve("run"))
                .isDirectoryNotContaining(path -> path.toString().contains("warm-up"));
    }

    @Test
    void anotherBuildTakesOver() throws IOException {
        answers();
        long first = service.pid();
        Path other = Files.createDirectories(folder.resolve("other"));
        for (String file : List.of("sourceos.jar", "sourceos.jsa", "guest-init", "confine", "templates")) {
            Files.createSymbolicLink(
                    other.resolve(file), TestContext.library().resolve(file).toRealPath());
        }
        Files.copy(TestContext.library().resolve("sourceos"), other.resolve("sourceos"));
        Desk usual = service.asUsual();
        Outcome alone = usual.run(usual.command(List.of(other + "/sourceos", "--version")));
        assertThat(alone).isEqualTo(new Outcome(0, "SourceOS 0.1.0\n", ""));
        ServiceDesk.untilGone(first);
        Outcome served = service.always()
                .run(service.always().command(List.of(other + "/sourceos", "service", "status", "--start")));
        assertThat(served.out()).as(served + service.log()).startsWith("running since ");
        answers(); // and back, which ends that of the other build
    }

    @Test
    void killedInACallTheClientSaysSoAndPutsTheTerminalBack() throws IOException {
        answers();
        try (Desk.OnTerminal shell = service.always().onTerminal("repl; echo status $?; stty -a")) {
            shell.screen().untilShows("sourceos> ");
            ServiceDesk.signal("KILL", service.pid());
            shell.screen().untilShows(" iexten");
            assertThat(shell.screen().text())
                    .contains("the resident service ended in the middle of this call", "status 1", " icanon ")
                    .doesNotContain("-icanon");
        }
        answers();
    }

    @Test
    void toldToEndItHangsUpItsCalls() throws IOException {
        answers();
        long pid = service.pid();
        try (RunningProcess reading = service.always().begin(service.always().client("eval", "-"), new Desk.Screen())) {
            service.untilCalls(1);
            ServiceDesk.signal("TERM", pid);
            ServiceDesk.untilGone(pid);
            assertThat(reading.await().exitStatus()).isNotZero();
        }
        assertThat(service.socket()).doesNotExist();
    }

    @Test
    void stoppedItFinishesItsCalls() throws IOException {
        answers();
        Desk.Screen screen = new Desk.Screen();
        try (RunningProcess reading = service.always().begin(service.always().client("eval", "-"), screen)) {
            service.untilCalls(1);
            Outcome stopped = service.never().run(service.never().client("service", "stop"));
            assertThat(stopped.status()).isZero();
            Desk.until("no new calls are taken", () -> Files.notExists(service.socket()), service::log);
            reading.stdin().write("40 + 2".getBytes(StandardCharsets.UTF_8));
            reading.stdin().close();
            assertThat(reading.await().exitStatus()).as(screen.text()).isZero();
            assertThat(screen.text()).isEqualTo("42\n");
        }
    }

    /** As systemd does it: the socket is open before, as descriptor 3. */
    @Test
    void aSocketThatIsHandedOverIsServed() throws IOException {
        Files.createDirectories(folder.resolve("run"));
        String activate =
                "use IO::Socket::UNIX; use POSIX; my $l = IO::Socket::UNIX->new(Local => $ARGV[0], Listen => 9)"
                        + " or die $!; POSIX::dup2(fileno($l), 3); $^F = 9; $ENV{LISTEN_PID} = $$; $ENV{LISTEN_FDS} = 1;"
                        + " fcntl(IO::Handle->new_from_fd(3, 'r'), 2, 0); exec $ARGV[1], 'service', 'run' or die $!";
        List<String> argv = new ArrayList<>(List.of("perl", "-MIO::Handle", "-e", activate));
        argv.addAll(List.of(service.socket().toString(), ServiceDesk.program()));
        Desk.Screen screen = new Desk.Screen();
        try (RunningProcess activated = service.never().begin(service.never().command(argv), screen)) {
            screen.untilShows("at a socket handed over");
            answers();
            Outcome stopped = service.never().run(service.never().client("service", "stop"));
            assertThat(stopped.status()).isZero();
            assertThat(activated.await().exitStatus()).as(screen.text()).isZero();
            assertThat(service.socket()).exists();
            Files.delete(service.socket());
        }
    }
}
