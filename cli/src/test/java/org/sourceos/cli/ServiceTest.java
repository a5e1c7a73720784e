package org.sourceos.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sourceos.host.RunningProcess;
import org.sourceos.host.posix.LocalSocket;

/** Commands through one resident service: they do what they do in a process of their own. */
@Tag("slow")
class ServiceTest {
    private static final String ENDLESS =
            "let xs = builtins.genList (n: n) 1000000; sum = f: builtins.foldl' (a: x: a + f x) 0 xs;"
                    + " in builtins.trace \"begun\" (sum (x: sum (y: sum (z: 1))))";

    @TempDir
    private static Path folder;

    private static ServiceDesk service;
    private static Desk desk;

    @BeforeAll
    static void begin() throws IOException {
        service = new ServiceDesk(folder);
        desk = service.always();
        assertThat(call("--version").out()).as(service.log()).isEqualTo("SourceOS 0.1.0\n");
    }

    @AfterAll
    static void end() throws IOException {
        service.close();
    }

    private static Outcome call(String... args) throws IOException {
        return desk.run(desk.client(args));
    }

    private static Outcome sh(String script, String... arguments) throws IOException {
        return ServiceDesk.sh(desk, script, arguments);
    }

    @Test
    void everyCommandAnswersAsInAProcessOfItsOwn() throws IOException {
        Files.writeString(desk.work().resolve("a.nix"), "{ x = [ 1 2 ]; }");
        for (List<String> words : List.of(
                List.of("--version"),
                List.of("--help"),
                List.of("store", "path"),
                List.of("store", "ls"),
                List.of("eval", "a.nix"),
                List.of("eval", "missing.nix"),
                List.of("fmt", "--check", "a.nix"),
                List.of("run", "--help"),
                List.of("run", "--mem", "none", "hello"),
                List.of("build", "no-such-package"),
                List.of("nothing-like-this"),
                List.of("import", "x"))) {
            String[] args = words.toArray(String[]::new);
            Outcome alone = service.never().run(service.never().client(args));
            assertThat(call(args)).as(words.toString()).isEqualTo(alone);
        }
    }

    @Test
    void environmentDirectoryAndNameAreTheCallers() throws IOException {
        Path elsewhere = Files.createDirectories(folder.resolve("elsewhere/é"));
        Files.writeString(elsewhere.resolve("b.nix"), "builtins.getEnv \"OWN\"");
        Desk own = desk.with("OWN", "é caller's").with("SOURCEOS_NAME", "nix-instantiate");
        Outcome outcome = own.run(own.client("--eval", "b.nix").withDirectory(elsewhere));
        assertThat(outcome).isEqualTo(new Outcome(0, "\"é caller's\"\n", ""));
    }

    @Test
    void timesAreShownInTheCallersZone() throws IOException {
        Desk tokyo = desk.with("TZ", "Asia/Tokyo");
        Desk alone = service.never().with("TZ", "Asia/Tokyo");
        assertThat(tokyo.run(tokyo.client("store", "ls"))).isEqualTo(alone.run(alone.client("store", "ls")));
    }

    @Test
    void muchInputAndOutputArriveWhole() throws IOException {
        Outcome length = sh("{ printf 'builtins.stringLength \"'; head -c 3000000 /dev/zero | tr '\\0' a;"
                + " printf '\"\\n'; } | \"$0\" eval -");
        assertThat(length).isEqualTo(new Outcome(0, "3000000\n", ""));
        Outcome counted = sh("echo 'builtins.genList (n: n) 200000' | \"$0\" eval --strict --json - | wc -c");
        Outcome alone = ServiceDesk.sh(
                service.never(), "echo 'builtins.genList (n: n) 200000' | \"$0\" eval --strict --json - | wc -c");
        assertThat(counted).isEqualTo(alone);
    }

    @Test
    void whatIsNotReadStaysForTheNext() throws IOException {
        assertThat(sh("printf 'rest\\n' | { \"$0\" --version > /dev/null; cat; }")
                        .out())
                .isEqualTo("rest\n");
    }

    @Test
    void aReaderThatLeavesAndAClosedOutputDoNoHarm() throws IOException {
        assertThat(sh("echo 'builtins.genList (n: n) 200000' | \"$0\" eval --strict - | head -c 5")
                        .out())
                .isEqualTo("[ 0 1");
        assertThat(sh("\"$0\" --version >&-").status()).isZero();
        assertThat(sh("\"$0\" eval - <&-").status()).isEqualTo(2);
        assertThat(call("--version").status()).isZero();
    }

    @Test
    void manyAndLongArgumentsArrive() throws IOException {
        List<String> words = new ArrayList<>(List.of("--eval", "-E", "{ x }: builtins.stringLength x"));
        words.addAll(List.of("--argstr", "x", "é".repeat(50_000)));
        Desk nix = desk.with("SOURCEOS_NAME", "nix-instantiate");
        for (int i = 0; i < 10; i++) {
            nix = nix.with("LONG_" + i, "v".repeat(100_000));
        }
        Outcome outcome = nix.run(nix.client(words.toArray(String[]::new)));
        assertThat(outcome).isEqualTo(new Outcome(0, "100000\n", ""));
    }

    @Test
    void argumentsThatAreNoTextAreRefused() throws IOException {
        Outcome outcome = sh("\"$0\" eval \"$(printf 'a\\377')\"");
        assertThat(outcome.status()).isEqualTo(2);
        assertThat(outcome.err()).contains("argument 2 is not UTF-8");
        assertThat(sh("\"$0\" run hello \"$(printf '\\355\\240\\200')\"").status())
                .isEqualTo(125);
    }

    @Test
    void descriptorsOfTheCallerAreSeenByItsOwnProcess() throws IOException {
        Desk usual = service.asUsual();
        Outcome outcome =
                ServiceDesk.sh(usual, "\"$0\" build --dry-run --progress-fd=3 jq 3> events; echo $?; cat events");
        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.out()).contains("0\n");
    }

    @Test
    void aSignalReachesTheCommand() throws IOException {
        for (String name : List.of("INT", "TERM", "HUP")) {
            Desk.Screen screen = new Desk.Screen();
            try (RunningProcess client = desk.begin(desk.client("eval", "-"), screen)) {
                client.stdin().write(ENDLESS.getBytes(StandardCharsets.UTF_8));
                client.stdin().close();
                screen.untilShows("begun");
                ServiceDesk.signal(name, client.pid());
                assertThat(client.await().exitStatus()).as(name + screen.text()).isEqualTo(130);
                assertThat(screen.text()).contains("sourceos: interrupted");
            }
        }
        service.untilCalls(0);
    }

    @Test
    void aKilledClientTakesItsCommandAlong() throws IOException {
        Desk.Screen screen = new Desk.Screen();
        try (RunningProcess client = desk.begin(desk.client("eval", "-"), screen)) {
            client.stdin().write(ENDLESS.getBytes(StandardCharsets.UTF_8));
            client.stdin().close();
            screen.untilShows("begun");
            service.untilCalls(1);
            ServiceDesk.signal("KILL", client.pid());
            client.await();
        }
        service.untilCalls(0);
    }

    @Test
    void theTerminalIsRawForTheCommandAndThenAsItWas() throws IOException {
        try (Desk.OnTerminal shell = desk.onTerminal("repl; stty -a; cat")) {
            shell.screen().untilShows("sourceos> ");
            shell.type("builtins.stringLen\t \"four\" * 25\r");
            shell.screen().untilShows("100\r\n");
            shell.type("half a line\u0003");
            shell.type("40 + 2\r");
            shell.screen().untilShows("42\r\n");
            shell.type(":q\r");
            shell.screen().untilShows(" echo ");
            assertThat(shell.screen().text()).contains(" icanon ").doesNotContain("-icanon");
            // Nobody of the service's reads what is typed for the next program.
            shell.type("for cat\n");
            shell.screen().untilShows("for cat\r\nfor cat\r\n");
        }
    }

    @Test
    void theTerminalOfAKilledClientIsPutBack() throws IOException {
        try (Desk.OnTerminal shell = desk.onTerminal("repl; sleep 1; stty -a")) {
            shell.screen().untilShows("sourceos> ");
            ProcessHandle client = Desk.programs(
                            ProcessHandle.of(shell.process().pid()).orElseThrow(), "sourceos")
                    .get(0);
            ServiceDesk.signal("KILL", client.pid());
            shell.screen().untilShows(" iexten");
            assertThat(shell.screen().text()).contains(" icanon ").doesNotContain("-icanon");
        }
        service.untilCalls(0);
    }

    @Test
    void garbageCostsNothingButItsConnection() throws IOException {
        Random random = new Random(1);
        for (int i = 0; i < 100; i++) {
            byte[] bytes = new byte[1 + random.nextInt(3000)];
            random.nextBytes(bytes);
            if (i % 2 == 0) {
                System.arraycopy(
                        "SOS1\0\0".getBytes(StandardCharsets.ISO_8859_1), 0, bytes, 0, Math.min(6, bytes.length));
            }
            try (LocalSocket socket = LocalSocket.connect(service.socket())) {
                socket.send(bytes);
            } catch (IOException e) {
                // It may be closed before all is sent.
                assertThat(e).hasMessageContaining("answer a client");
            }
        }
        assertThat(call("--version").status()).isZero();
    }

    @Test
    void twoHundredSilentConnectionsKeepNobodyOut() throws IOException {
        List<LocalSocket> silent = new ArrayList<>();
        try {
            for (int i = 0; i < 200; i++) {
                silent.add(LocalSocket.connect(service.socket()));
            }
            assertThat(call("--version").status()).isZero();
        } finally {
            silent.forEach(LocalSocket::close);
        }
        Desk.until(
                "their threads are gone",
                () -> {
                    try {
                        return ServiceDesk.number(service.status().orElseThrow(), "threads") < 50;
                    } catch (IOException e) {
                        throw new AssertionError(e);
                    }
                },
                service::log);
    }

    @Test
    void nothingStaysOfACall() throws IOException {
        for (int i = 0; i < 5; i++) {
            call("eval", "-");
        }
        long files = openFiles();
        for (int i = 0; i < 60; i++) {
            assertThat(sh("echo 1 | \"$0\" eval -").out()).isEqualTo("1\n");
        }
        Desk.until("files are closed", () -> openFiles() <= files + 3, () -> Long.toString(openFiles()));
    }

    private static long openFiles() {
        try (var open = Files.list(Path.of("/proc/" + service.pid() + "/fd"))) {
            return open.count();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void onlyTheUserItselfCanConnect() throws IOException {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(service.socket())))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(
                        Files.getPosixFilePermissions(service.socket().resolveSibling(""))))
                .isEqualTo("rwx------");
    }

    @Test
    void anotherUserIsRefusedEvenIfItCanConnect() throws IOException {
        assumeTrue(User.isRoot(), "needs root, to be somebody else");
        // Who connects counts, not who holds the socket later: a connection made as somebody else.
        String early = "use IO::Socket::UNIX; $SIG{PIPE} = 'IGNORE'; $) = '65534 65534'; $> = 65534;"
                + " my $s = IO::Socket::UNIX->new(Peer => $ARGV[0]) or die $!; $s->autoflush(1); print $s 'SOS1';"
                + " my $n = sysread($s, my $b, 1); print defined $n ? $n : 'gone'";
        Path link = service.socket();
        List<Path> opened = new ArrayList<>();
        for (Path above = link.getParent(); above != null && above.startsWith(folder); above = above.getParent()) {
            Files.setPosixFilePermissions(above, PosixFilePermissions.fromString("rwxr-xr-x"));
            opened.add(above);
        }
        Files.setPosixFilePermissions(link, PosixFilePermissions.fromString("rw-rw-rw-"));
        try {
            Outcome refused = desk.run(desk.command(List.of("perl", "-e", early, link.toString())));
            assertThat(refused.err()).isEmpty();
            assertThat(refused.out()).isIn("0", "gone");
            Desk.until("it is noted", () -> service.log().contains("refused user 65534"), service::log);
        } finally {
            Files.setPosixFilePermissions(link, PosixFilePermissions.fromString("rw-------"));
            Files.setPosixFilePermissions(opened.get(0), PosixFilePermissions.fromString("rwx------"));
        }
    }

    @Test
    void aCallerWithOtherRightsOrPlacesIsNotServed() throws IOException {
        Outcome other = sh("umask 077; exec \"$0\" --version");
        assertThat(other.status()).isEqualTo(1);
        assertThat(other.err()).contains("the caller has Umask: 0077 instead of");
        Desk usual = service.asUsual();
        assertThat(ServiceDesk.sh(usual, "umask 077; exec \"$0\" --version").out())
                .isEqualTo("SourceOS 0.1.0\n");
    }
}
