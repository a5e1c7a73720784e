package org.sourceos.hooks.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the real git and ssh get from the server, and what they do not. */
class PushServerTest {
    @TempDir
    private Path folder;

    @SuppressWarnings("NullAway.Init")
    private Site site;

    @BeforeEach
    void begin() throws Exception {
        site = Site.in(folder);
    }

    @AfterEach
    void end() {
        site.close();
        assertThat(site.served()).isEmpty();
    }

    @Test
    void pushesAndFetches() throws Exception {
        assertThat(site.push("dad").status()).isZero();
        assertThat(site.main()).isEqualTo(site.inWork("rev-parse", "HEAD"));
        for (String path : List.of("/system", "/system.git", "/system/")) {
            Site.Outcome fetched = site.git("mom", List.of("ls-remote", site.url(path)));
            assertThat(fetched.out()).as(fetched.toString()).contains(site.main());
        }
        Site.Outcome cloned = site.git("mom", List.of("clone", "-q", site.url("/system"), "../clone"));
        assertThat(cloned.status()).as(cloned.toString()).isZero();
        assertThat(folder.resolve("clone/file")).hasContent("first");
        assertThat(site.log())
                .anyMatch(line -> line.matches(
                        "dad from 127.0.0.1:\\d+: receive-pack system ended with status 0: took \"refs/heads/main\""));
        site.assertSound();
    }

    @Test
    void pushesAndFetchesMuchWithoutStopping() throws Exception {
        StringBuilder text = new StringBuilder();
        java.util.Random random = new java.util.Random(1);
        while (text.length() < 600_000) {
            text.append(Long.toString(random.nextLong(), 36)).append('\n');
        }
        site.commit(text.toString());
        assertThat(site.push("dad", "--progress").status()).isZero();
        Site.Outcome cloned = site.git("mom", List.of("clone", "-q", site.url("/system"), "../clone"));
        assertThat(cloned.status()).as(cloned.toString()).isZero();
        assertThat(Files.readString(folder.resolve("clone/file"))).isEqualTo(text.toString());
    }

    @Test
    void hooksSpeakToThePusherAndKnowWhoItIs() throws Exception {
        site.hook("pre-receive", "echo \"$SOURCEOS_PUSHER may $SOURCEOS_PUSHER_RIGHT\" >&2; exit 1");
        Site.Outcome refused = site.push("boss");
        assertThat(refused.status()).isEqualTo(1);
        assertThat(refused.err()).contains("remote: boss may admin", "pre-receive hook declined");
        assertThat(site.push("dad").err()).contains("remote: dad may push");
        Site.until(
                "the log says so",
                () -> site.log().stream()
                        .anyMatch(line -> line.startsWith("dad ")
                                && line.contains("refused \"refs/heads/main\" (\"pre-receive hook declined\")")));
        assertThat(site.main()).isEmpty();
    }

    @Test
    void whoHasNoKnownKeyIsNotLetIn() throws Exception {
        assertThat(site.push("stranger").err()).contains("Permission denied (publickey)");
        assertThat(site.ssh("dad", List.of("-o", "PubkeyAuthentication=no"), "git-upload-pack 'system'")
                        .err())
                .contains("Permission denied (publickey)");
        assertThat(site.ssh(
                                "dad",
                                List.of("-o", "PreferredAuthentications=password,keyboard-interactive,hostbased"),
                                "git-upload-pack 'system'")
                        .err())
                .contains("Permission denied (publickey)");
        Site.until(
                "the log says so",
                () -> site.log().stream()
                                .filter(l -> l.contains("without a key"))
                                .count()
                        == 3);
    }

    @ParameterizedTest
    @CsvSource({"ecdsa,256", "ecdsa,384", "ecdsa,521", "rsa,3072"})
    void knowsKeysOfOtherTypes(String type, String bits) throws Exception {
        site.key("other", type, bits);
        site.access("[repositories.system]\npush = [\"other\"]\n", "other");
        Site.Outcome pushed = site.push("other");
        assertThat(pushed.status()).as(pushed.toString()).isZero();
    }

    @Test
    void aFewKeysMayBeTriedAndNotMany() throws Exception {
        String command = "git-upload-pack 'other'";
        assertThat(site.ssh("stranger", site.offering("second", "dad"), command).err())
                .contains("sourceos: there is no repository other");
        assertThat(site.ssh("stranger", site.offering("second", "third", "dad"), command)
                        .status())
                .isEqualTo(255);
    }

    @Test
    void aKeyThatIsAddedOrRemovedCountsForTheNextConnection() throws Exception {
        site.access("[repositories.system]\npush = [\"stranger\"]\n", "stranger");
        assertThat(site.push("dad").err()).contains("Permission denied");
        assertThat(site.push("stranger").status()).isZero();
    }

    @Test
    void whoMayOnlyReadDoesNotPush() throws Exception {
        assertThat(site.push("mom").err()).contains("you may fetch from system, not push to it");
        assertThat(site.main()).isEmpty();
        assertThat(site.log()).anyMatch(line -> line.startsWith("mom from ") && line.contains("refused"));
    }

    @Test
    void otherRepositoriesAreNotThereWhateverTheyAreCalled() throws Exception {
        for (String path :
                List.of("/other", "/../system.git", "/system/../system", folder + "/system.git", "/~/system")) {
            Site.Outcome outcome = site.git("dad", List.of("ls-remote", site.url(path)));
            assertThat(outcome.status()).as(path).isEqualTo(128);
            assertThat(outcome.err()).contains("sourceos: ");
        }
    }

    @Test
    void nothingButGitsTwoServicesIsRun() throws Exception {
        for (String command : List.of(
                "id",
                "git-receive-pack system",
                "git-receive-pack 'system'; touch " + folder.resolve("made"),
                "git-receive-pack 'system' && touch " + folder.resolve("made"),
                "git-receive-pack '$(touch " + folder.resolve("made") + ")'",
                "git-receive-pack 'system'\ntouch " + folder.resolve("made"),
                "git-receive-pack 'sys'\\''tem'",
                "git-upload-archive 'system'",
                "git upload-pack --upload-pack=id 'system'",
                "git-upload-pack '--help'",
                "")) {
            Site.Outcome outcome = site.ssh("dad", List.of(), command.isEmpty() ? " " : command);
            assertThat(outcome.status()).as(command).isNotZero();
            assertThat(outcome.out()).isEmpty();
        }
        assertThat(folder.resolve("made")).doesNotExist();
        assertThat(site.log()).allMatch(line -> line.lines().count() == 1);
    }

    @Test
    void shellTerminalSubsystemForwardingAndVariablesAreRefused() throws Exception {
        assertThat(site.ssh("dad", List.of()).status()).isNotZero();
        assertThat(site.ssh("dad", List.of("-tt"), "git-upload-pack 'other'").err())
                .contains("PTY allocation request failed");
        assertThat(site.ssh("dad", List.of("-s"), "sftp").err()).contains("subsystem request failed");
        assertThat(site.ssh(
                                "dad",
                                List.of("-R", "0:127.0.0.1:1", "-o", "ExitOnForwardFailure=yes"),
                                "git-upload-pack 'system'")
                        .err())
                .contains("remote port forwarding failed");
        assertThat(site.ssh("dad", List.of("-W", "127.0.0.1:" + site.server().port()))
                        .err())
                .containsIgnoringCase("unknown channel type");
        site.hook("pre-receive", "env >&2; exit 1");
        Site.Outcome pushed =
                site.git("dad", List.of("-c", "core.sshCommand=unused", "push", site.url("/system"), "main"));
        assertThat(pushed.err()).contains("remote: SOURCEOS_PUSHER=dad").doesNotContain("remote: LANG=");
        assertThat(site.ssh("dad", List.of("-o", "SetEnv=GIT_DIR=/nowhere"), "git-upload-pack 'system'")
                        .status())
                .isNotEqualTo(255);
    }

    @Test
    void whoMayPushAndComesAgainIsToldOf() throws Exception {
        assertThat(site.push("dad").status()).isZero();
        assertThat(site.git("mom", List.of("ls-remote", site.url("/system"))).status())
                .isZero();
        Site.Outcome confirmed = site.ssh("dad", List.of(), "confirm");
        assertThat(confirmed.status()).as(confirmed.toString()).isZero();
        assertThat(confirmed.err()).contains("sourceos: it stays");
        assertThat(site.contacts()).extracting(Contacts.Contact::person).containsExactly("dad", "dad");
        assertThat(site.contacts()).extracting(Contacts.Contact::confirms).containsExactly(false, true);
        assertThat(site.ssh("mom", List.of(), "confirm", "system").err()).contains("not push to it");
        assertThat(site.ssh("dad", List.of(), "confirm", "other").err()).contains("there is no repository other");
    }
}
