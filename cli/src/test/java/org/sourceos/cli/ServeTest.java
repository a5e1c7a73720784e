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
        serve("never");
        // The one push that needs no key: whoever can write the repository's files begins.
        Outcome first = git(0, dad, "push", system.toString(), "main");
        assertThat(first.err()).contains("remote: sourceos: generation 1 (Begin) is built", "1 (Begin) counts now");
    }

    private void serve(String confirm) {
        server = deploying().start("serve", "--listen", "127.0.0.1:0", "--confirm", confirm);
        Desk.until(
                "it listens",
                () -> server.context().out().lines().count() == 2
                        || server.outcome().isDone(),
                server.context()::err);
        assertThat(server.outcome()).as(server.context().err()).isNotDone();
        url = server.context().out().lines().toList().get(1).split(" ")[0];
    }

    private void serveAgain(String confirm) throws Exception {
        server.cancel();
        assertThat(server.await().status()).isZero();
        serve(confirm);
    }

    private Desk deploying() {
        return desk.with("SOURCEOS_CONFIG", folder.resolve("system.git").toString());
    }

    private void commit(String subject) throws IOException {
        write("system.source.nix", "{ system.applications.first = e2e-served; } # " + subject + "\n");
        git(0, dad, "commit", "-q", "-m", subject);
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

    @Test
    void aNewConnectionConfirmsWhatWasPushed() throws Exception {
        serveAgain("1h");
        commit("Second");
        assertThat(git(0, mom, "push", url, "main").err())
                .contains("generation 2 (Second) counts now, and is taken back in 1h unless");
        assertThat(desk.execute("rebuild", "status").out()).contains("generation 2 is taken back at ");
        // By path: whoever pushes has reached the disk, and says nothing of the network.
        commit("Third");
        Path system = folder.resolve("system.git");
        assertThat(git(1, dad, "push", system.toString(), "main").err()).contains("generation 2 waits to be confirmed");
        assertThat(git(0, mom, "ls-remote", url).err()).contains("sourceos: generation 2 is confirmed and stays");
        assertThat(desk.execute("rebuild", "status").out()).doesNotContain("is taken back");
        // A push is a connection too.
        git(0, mom, "push", url, "main");
        commit("Fourth");
        assertThat(git(0, dad, "push", url, "main").err())
                .contains("generation 3 is confirmed and stays", "generation 4 (Fourth) counts now");
        assertThat(dad.confirm(url).err()).contains("sourceos: generation 4 is confirmed and stays");
        assertThat(dad.confirm(url).status()).isEqualTo(128);
        assertThat(deployed()).isEqualTo("generation 4 (Fourth) counts");
    }

    @Test
    void whatNobodyConfirmsIsTakenBackAndRemembered() throws Exception {
        serveAgain("1s");
        commit("Second");
        git(0, mom, "push", url, "main");
        Desk.until(
                "it is taken back",
                () -> serverLog().contains("nobody confirmed generation 2 in time: generation 1 counts again"),
                this::serverLog);
        assertThat(deploying().execute("rebuild", "status").out())
                .startsWith("generation 1 (Begin) counts\n")
                .contains("HEAD was deployed before and failed, ")
                .contains("nobody confirmed generation 2 in time");
        Outcome again = deploying().execute("rebuild", "switch");
        assertThat(again.status()).isEqualTo(1);
        assertThat(again.err()).contains("was deployed before and failed", "sourceos-rebuild switch --retry");
        assertThat(deploying().execute("rebuild", "switch", "--retry").out())
                .isEqualTo("generation 2 (Second) counts now\n");
        assertThat(deploying().execute("rebuild", "status").out()).doesNotContain("failed");
        desk.assertStoreIsSound();
    }

    @Test
    void anotherPushStopsTheBuildOfTheOneBefore() throws Exception {
        desk.scripted("e2e-slow", "sleep 1000");
        write("system.source.nix", "{ system.applications.first = e2e-slow; }\n");
        git(0, dad, "commit", "-q", "-m", "Slow");
        var slow = java.util.concurrent.CompletableFuture.supplyAsync(() -> {
            try {
                return mom.git(desk.config(), "push", url, "main");
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
        Desk.until(
                "the build runs",
                () -> !Desk.programs(ProcessHandle.current(), "bwrap").isEmpty() || slow.isDone(),
                this::serverLog);
        commit("Quick");
        assertThat(git(0, dad, "push", url, "main").err()).contains("(Quick) counts now");
        Outcome superseded = slow.get();
        assertThat(superseded.status()).as(superseded.toString()).isEqualTo(1);
        assertThat(superseded.err())
                .containsPattern("remote: sourceos: refused: superseded by [0-9a-f]{12} \\(Quick\\) of dad");
        assertThat(deployed()).isEqualTo("generation 2 (Quick) counts");
    }

    private String stored() throws IOException {
        try (var files = Files.walk(folder.resolve("system.git"))) {
            return files.map(Path::toString)
                    .filter(file -> !file.contains("/hooks/"))
                    .sorted()
                    .collect(java.util.stream.Collectors.joining("\n"));
        }
    }

    /** With SourceOS's hooks before git: what is refused leaves nothing, whoever of the two would refuse it. */
    @Test
    void whatIsRefusedLeavesNothingBehind() throws Exception {
        String before = stored();
        commit("Forced");
        git(0, dad, "commit", "-q", "--amend", "-m", "Another beginning");
        git(0, dad, "reset", "-q", "--soft", "HEAD~1");
        git(0, dad, "commit", "-q", "--amend", "-m", "Another beginning");
        assertThat(git(1, dad, "push", "--force", url, "main").err()).contains("would forget commits");
        assertThat(git(1, dad, "push", url, ":main").err()).contains("cannot be deleted");
        assertThat(git(1, dad, "push", url, "HEAD:refs/replace/" + "1".repeat(40))
                        .err())
                .contains("is no name of a branch or tag");
        assertThat(git(1, dad, "push", url, "HEAD:refs/system/current").err()).contains("is no name of a branch");

        StringBuilder refs = new StringBuilder("create refs/heads/many/0 HEAD\n");
        for (int i = 1; i < 3000; i++) {
            refs.append("create refs/heads/many/").append(i).append(" HEAD\n");
        }
        Path updates = Files.writeString(folder.resolve("updates"), refs);
        desk.run(desk.command(java.util.List.of("git", "-C", desk.config().toString(), "update-ref", "--stdin"))
                .withStdin(new org.sourceos.host.Command.Stdin.File(updates)));
        assertThat(git(1, dad, "push", url, "refs/heads/many/*:refs/heads/many/*")
                        .err())
                .contains("pre-receive hook declined");
        assertThat(stored()).isEqualTo(before);
        git(0, mom, "ls-remote", url);
    }
}
