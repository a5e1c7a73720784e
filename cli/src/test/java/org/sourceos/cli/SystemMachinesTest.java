package org.sourceos.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The machines of a configuration run as it says, and what only they are to know is nowhere else. */
@Tag("vm")
@Tag("slow")
class SystemMachinesTest {
    private static final String SECRET = "correct horse battery staple 7f3a";

    @TempDir
    private Path folder;

    private Desk desk;

    @BeforeEach
    void aConfigurationInGit() throws IOException {
        desk = Desk.withSystem(folder);
        desk.forgetGenerations();
        git("init", "-q", "-b", "main");
    }

    @AfterEach
    void forgetTheSystem() throws IOException {
        desk.forgetGenerations();
    }

    private void git(String... words) throws IOException {
        List<String> argv = new ArrayList<>(List.of("git", "-C", desk.config().toString()));
        argv.addAll(List.of(words));
        Outcome outcome = desk.run(desk.command(argv));
        assertThat(outcome.status()).as(outcome.toString()).isZero();
    }

    private Outcome execute(int status, String... words) {
        Outcome outcome = desk.execute(words);
        assertThat(outcome.status()).as(outcome.toString()).isEqualTo(status);
        return outcome;
    }

    @Test
    void settingsAndSecretsReachTheMachineAndTheCommandLineWins() throws IOException {
        Path plain = Files.writeString(folder.resolve("plain"), SECRET);
        Files.setPosixFilePermissions(plain, PosixFilePermissions.fromString("rw-------"));
        Outcome encrypted = desk.execute(
                SECRET.getBytes(StandardCharsets.UTF_8),
                "secret",
                "encrypt",
                desk.config().resolve("token.age").toString());
        assertThat(encrypted.status()).as(encrypted.toString()).isZero();
        Files.createDirectories(desk.config().resolve("data"));
        Files.writeString(desk.config().resolve("data/note"), "noted\n");
        Files.writeString(desk.config().resolve("system.source.nix"), """
                {
                  system.qemu = /usr/bin/qemu-system-x86_64;
                  vms.box = {
                    package = busybox;
                    command = [ "busybox" "sh" "-c" ];
                    environment.COLOUR = "red";
                    memory = "96M";
                    mounts."/data" = ./data;
                    secrets.token = ./token.age;
                    secrets.plain = "%s";
                    gpu_passthrough = "/dev/dri/card1";
                    limits.pids = 100;
                    cpu_pinning = [ 0 ];
                  };
                }
                """.formatted(plain));
        git("add", "-A");
        git("commit", "-q", "-m", "A box");
        List<Outcome> said = new ArrayList<>();
        said.add(execute(0, "rebuild", "switch"));
        assertThat(said.get(0).err()).contains("of the machine box, gpu_passthrough has no effect in this version");
        said.add(execute(0, "rebuild", "status", "--json"));
        said.add(execute(
                0, "eval", "--json", desk.config().resolve("system.source.nix").toString()));

        // What the program says of a secret, not the secret, so that no output of the run has it either.
        String script = "echo $COLOUR $(busybox cat /data/note); busybox md5sum < /run/secrets/token; "
                + "busybox ls -ln /run/secrets | busybox awk 'NR > 1 { print $1, $9 }'; "
                + "busybox awk '/MemTotal/ { print ($2 < 100000) }' /proc/meminfo; "
                + "echo x 2> /dev/null > /run/secrets/other || echo closed";
        Outcome ran = execute(0, "run", "box", script);
        said.add(ran);
        assertThat(ran.out()).isEqualTo("""
                red noted
                %s  -
                -r-------- plain
                -r-------- token
                1
                closed
                """.formatted(md5(SECRET)));
        Outcome other = execute(0, "run", "--mem", "200M", "-e", "COLOUR=blue", "box", "echo $COLOUR");
        assertThat(other.out()).isEqualTo("blue\n");

        assertThat(execute(0, "run", "--dry-run", "box", "true").out()).contains("/usr/bin/qemu-system-x86_64 -name ");
        Outcome absent = desk.with("SOURCEOS_QEMU", "slim").execute("run", "hello");
        assertThat(absent.status()).isEqualTo(125);
        assertThat(absent.err()).contains("wants our own QEMU, which is not built: sourceos build qemu");

        said.forEach(outcome -> assertThat(outcome.toString()).doesNotContain(SECRET));
        assertThat(filesWith(SECRET)).containsExactly(plain);
        assertThat(desk.git("grep", "-l", "--all-match", "-F", SECRET, "refs/system/current")
                        .status())
                .isEqualTo(1);
    }

    @Test
    void aMachineWithoutItsSecretIsNotStarted() throws IOException {
        Outcome missing = execute(125, "run", "--secret", "token=absent", "hello");
        assertThat(missing.err())
                .contains("the secret token is to be read from")
                .contains("which does not exist");
        Outcome malformed = execute(125, "run", "--secret", "hush", "hello");
        assertThat(malformed.err()).contains("write --secret NAME=FILE");
        Path key = Files.writeString(folder.resolve("work/key"), SECRET);
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
        Outcome given = execute(
                0, "run", "--secret", "key=key", "--command", "busybox", "busybox", "wc", "-c", "/run/secrets/key");
        assertThat(given.out().strip()).isEqualTo(SECRET.length() + " /run/secrets/key");
    }

    /** A switch starts machines, asks them whether they are well, and goes back where they are not. */
    @Test
    void machinesFollowTheGenerationThatCounts() throws Exception {
        Desk service = desk.with("SOURCEOS_SERVICE", "always").with("SOURCEOS_ACCEL", "tcg");
        try {
            commit("First", "echo first; busybox touch /tmp/well; exec busybox sleep 9999", "test -e /tmp/well");
            assertThat(client(service, 0, "rebuild", "switch").out()).contains("generation 1 (First) counts now");
            String machine = running(service);
            assertThat(client(service, 0, "logs", "keeper").out()).isEqualTo("first\n");
            assertThat(client(service, 0, "rebuild", "switch").out()).contains("counts already");
            assertThat(running(service)).isEqualTo(machine);

            Files.writeString(
                    desk.config().resolve("system.source.nix"),
                    Files.readString(desk.config().resolve("system.source.nix"))
                            .replace("autostart = true;", "autostart = true; memory = \"96M\";"));
            git("commit", "-q", "-a", "-m", "More memory");
            assertThat(client(service, 0, "rebuild", "diff").out())
                    .contains("! machine keeper restarts: memory_mib changes");

            // What does not come up is taken back, the one before runs, and the failure is remembered.
            commit("Ill", "exec busybox sleep 9998", "test -e /tmp/well");
            Outcome ill = client(service, 110, "rebuild", "switch");
            assertThat(ill.err())
                    .contains("generation 2 was taken back, for the machine keeper was not well within 10 s")
                    .contains("test -e /tmp/well ended with status 1")
                    .contains("generation 1 counts again");
            assertThat(running(service)).isNotEqualTo(machine);
            assertThat(client(service, 0, "rebuild", "status").out()).contains("HEAD was deployed before and failed");
            assertThat(client(service, 0, "exec", "keeper", "--", "busybox", "pgrep", "-f", "sleep 9999")
                            .out())
                    .isNotEmpty();

            commit("Ends", "exit 3", "busybox sleep 99");
            assertThat(client(service, 110, "rebuild", "switch").err()).contains("taken back");

            // The machine outlives the service, and the next one finds it again.
            machine = running(service);
            client(service, 0, "service", "stop", "--now");
            assertThat(running(service)).isEqualTo(machine);

            commit("None", "true", null);
            assertThat(client(service, 0, "rebuild", "switch").out()).contains("(None) counts now");
            assertThat(client(service, 0, "ps", "--json").out()).doesNotContain("keeper");
            client(service, 0, "rebuild", "rollback", "--to", "1");
            assertThat(running(service)).isNotEmpty();
            assertThat(client(service, 0, "rebuild", "status").out()).doesNotContain("does not run");
        } finally {

            service.run(service.client("kill", "keeper"));
            service.run(service.client("service", "stop", "--now"));
        }
    }

    private static Outcome client(Desk service, int status, String... words) throws IOException {
        Outcome outcome = service.run(service.client(words));
        assertThat(outcome.status()).as(outcome.toString()).isEqualTo(status);
        return outcome;
    }

    /** Its id. */
    private static String running(Desk service) throws IOException {
        return client(service, 0, "ps", "--json").out().replaceAll("(?s).*\"id\": *\"([0-9a-f]+)\".*", "$1");
    }

    private void commit(String subject, String script, @org.jspecify.annotations.Nullable String health)
            throws IOException {
        Files.writeString(
                desk.config().resolve("system.source.nix"),
                health == null ? "{ }\n" : """
                {
                  vms.keeper = {
                    package = busybox;
                    command = [ "busybox" "sh" "-c" "%s" ];
                    autostart = true;
                    health.command = [ "busybox" "sh" "-c" "%s" ];
                    health.timeout = "%s";
                  };
                }
                """.formatted(script, health, subject.equals("First") ? "2m" : "10s"));
        git("add", "-A");
        git("commit", "-q", "-m", subject);
    }

    private List<Path> filesWith(String text) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> {
                        try {
                            return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains(text);
                        } catch (IOException e) {
                            throw new java.io.UncheckedIOException(e);
                        }
                    })
                    .toList();
        }
    }

    private static String md5(String text) {
        try {
            return java.util.HexFormat.of()
                    .formatHex(java.security.MessageDigest.getInstance("MD5")
                            .digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
