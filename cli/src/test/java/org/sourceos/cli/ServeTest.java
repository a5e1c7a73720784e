package org.sourceos.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A configuration that is pushed over SSH is checked, built and deployed; a bad one changes nothing. */
@Tag("slow")
class ServeTest {
    private static final String LIST = "[repositories.system]\npush = [\"mom\"]\nadmin = [\"dad\"]\n";

    @TempDir
    private Path folder;

    private Desk desk;
    private PushClient dad;
    private PushClient mom;
    private Desk.Started server;
    private String url = "";

    @BeforeEach
    void aServerAndTwoPeople() throws Exception {
        desk = Desk.withSystem(folder);
        desk.forgetGenerations();
        Map<String, String> environment = desk.context(new byte[0]).context().environment();
        dad = PushClient.in(folder, "dad", environment);
        mom = PushClient.in(folder, "mom", environment);
        desk.scripted("e2e-served", "true");
        Path system = folder.resolve("system.git");
        git(0, dad, "init", "-q", "-b", "main");
        git(0, dad, "init", "-q", "--bare", "-b", "main", system.toString());
        write("trust/dad.pub", dad.publicKey());
        write("trust/mom.pub", mom.publicKey());
        write("trust/access.toml", LIST);
        write("system.source.nix", "{ system.applications.first = e2e-served; }\n");
        git(0, dad, "commit", "-q", "-m", "Begin");
        server = desk.with("SOURCEOS_CONFIG", system.toString()).start("serve", "--listen", "127.0.0.1:0");
        Desk.until(
                "it listens",
                () -> server.context().out().lines().count() == 2
                        || server.outcome().isDone(),
                server.context()::err);
        assertThat(server.outcome()).as(server.context().err()).isNotDone();
        url = server.context().out().lines().toList().get(1).split(" ")[0];
        // The one push that needs no key: whoever can write the repository's files begins.
        Outcome first = git(0, dad, "push", system.toString(), "main");
        assertThat(first.err()).contains("remote: sourceos: generation 1 (Begin) is built", "1 (Begin) counts now");
    }

    @AfterEach
    void end() throws Exception {
        server.cancel();
        assertThat(server.await().status()).isZero();
        desk.forgetGenerations();
    }

    private Outcome git(int status, PushClient who, String... words) throws IOException {
        Outcome outcome = who.git(desk.config(), words);
        assertThat(outcome.status())
                .as(outcome + "\n--- server\n" + serverLog())
                .isEqualTo(status);
        return outcome;
    }

    private String serverLog() {
        return server == null ? "" : server.context().err();
    }

    private void write(String name, String text) throws IOException {
        Path file = desk.config().resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        git(0, dad, "add", "-A");
    }

    private String deployed() {
        return desk.execute("rebuild", "status").out().lines().findFirst().orElse("");
    }

    @Test
    void aGoodPushCountsAndABadOneChangesNothing() throws Exception {
        write("system.source.nix", "{ system.applications.second = e2e-served; }\n");
        git(0, dad, "commit", "-q", "-m", "Second");
        assertThat(git(0, mom, "push", url, "main").err())
                .contains("remote: sourceos: generation 2 (Second) counts now");
        assertThat(deployed()).isEqualTo("generation 2 (Second) counts");

        write("system.source.nix", "{ system.hostnam = \"x\"; }\n");
        git(0, dad, "commit", "-q", "-m", "Bad");
        assertThat(git(1, mom, "push", url, "main").err())
                .contains("remote: system.source.nix:1:3: ", "remote:     |   ^", "did you mean \"hostname\"?")
                .contains("(Bad) has mistakes; nothing was changed", "pre-receive hook declined");
        assertThat(deployed()).isEqualTo("generation 2 (Second) counts");
        assertThat(serverLog()).contains("mom from 127.0.0.1:");
        desk.assertStoreIsSound();
    }

    @Test
    void onlyAnAdminChangesWhoMayDoWhat() throws Exception {
        write("trust/access.toml", LIST.replace("admin = [\"dad\"]", "admin = [\"dad\", \"mom\"]"));
        git(0, dad, "commit", "-q", "-m", "Give mom more");
        assertThat(git(1, mom, "push", url, "main").err()).contains("remote: sourceos: refused: this changes trust/");
        assertThat(git(0, dad, "push", url, "main").err()).contains("counts now");

        write("trust/access.toml", LIST.replace("mom", "mum"));
        git(0, dad, "commit", "-q", "-m", "Lock out");
        assertThat(git(1, dad, "push", url, "main").err())
                .contains("remote: trust/access.toml:2:9: there is no key of \"mum\"", "nobody could push any more");
        git(0, dad, "reset", "-q", "--hard", "HEAD~1");

        write("trust/access.toml", "[repositories.system]\nread = [\"mom\"]\nadmin = [\"dad\"]\n");
        git(0, dad, "commit", "-q", "-m", "Give mom less");
        assertThat(git(0, mom, "push", url, "main").err()).contains("counts now");
        assertThat(git(128, mom, "push", url, "main").err()).contains("you may fetch from system, not push to it");
    }
}
