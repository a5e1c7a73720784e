package org.sourceos.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How a server begins and ends, and what it says when it cannot. */
class ServeCommandTest {
    @TempDir
    private Path folder;

    private final Map<String, String> environment = new HashMap<>();

    @SuppressWarnings("NullAway.Init")
    private PushClient dad;

    @BeforeEach
    void aRepositoryThatNobodyMayUse() throws IOException {
        environment.put("PATH", "/usr/local/bin:/usr/bin:/bin");
        environment.put("HOME", folder.toString());
        environment.put("GIT_CONFIG_GLOBAL", "/dev/null");
        for (String role : new String[] {"AUTHOR", "COMMITTER"}) {
            environment.put("GIT_" + role + "_NAME", "tester");
            environment.put("GIT_" + role + "_EMAIL", "tester@localhost");
        }
        environment.put("SOURCEOS_CONFIG", folder.resolve("system.git").toString());
        environment.put("SOURCEOS_STATE", folder.resolve("state").toString());
        environment.put("SOURCEOS_STORE", folder.resolve("store").toString());
        dad = PushClient.in(folder, "dad", environment);
        git(folder, "init", "-q", "--bare", "-b", "main", "system.git");
        git(folder, "init", "-q", "-b", "main", "work");
        Files.createDirectories(folder.resolve("work/trust"));
    }

    private void git(Path where, String... words) throws IOException {
        Outcome outcome = dad.git(where, words);
        assertThat(outcome.status()).as(outcome.toString()).isZero();
    }

    /** By path and without hooks. */
    private void commit(String list) throws IOException {
        Files.writeString(folder.resolve("work/trust/dad.pub"), dad.publicKey());
        Files.writeString(folder.resolve("work/trust/access.toml"), list);
        git(folder.resolve("work"), "add", "-A");
        git(folder.resolve("work"), "commit", "-q", "-m", "Trust");
        git(folder.resolve("system.git"), "fetch", "-q", "../work", "main:main");
    }

    /** A server under way; started on any port. */
    private record Serving(TestContext context, CompletableFuture<Integer> status) implements AutoCloseable {
        void untilStarted() {
            Desk.until("it listens", () -> context.out().endsWith("\n") || status.isDone(), context::err);
            assertThat(status).as(context.err()).isNotDone();
        }

        int end() throws Exception {
            context.context().cancellation().cancel();
            return status.get(3, TimeUnit.MINUTES);
        }

        @Override
        public void close() {
            context.context().cancellation().cancel();
        }
    }

    private Serving serve(String... more) {
        TestContext context = TestContext.withTemplates(folder, environment);
        String[] words = new String[more.length + 3];
        words[0] = "serve";
        words[1] = "--listen";
        words[2] = "127.0.0.1:0";
        System.arraycopy(more, 0, words, 3, more.length);
        return new Serving(context, CompletableFuture.supplyAsync(() -> context.execute(words)));
    }

    private Outcome refused(String... words) {
        TestContext context = TestContext.withTemplates(folder, environment);
        int status = context.execute(words);
        return new Outcome(status, context.out(), context.err());
    }

    @Test
    void saysWhereItIsAndServesUntilItIsInterrupted() throws Exception {
        commit("[repositories.system]\nread = [\"dad\"]\n");
        try (Serving serving = serve()) {
            serving.untilStarted();
            assertThat(serving.context().out())
                    .matches("(?s)listening on 127\\.0\\.0\\.1:\\d+, host key SHA256:\\S+\n"
                            + "ssh://127\\.0\\.0\\.1:\\d+/system  \\S+/system\\.git\n");
            String url = serving.context().out().lines().toList().get(1).split(" ")[0];
            Outcome listed = dad.git(folder, "ls-remote", url);
            assertThat(listed.out()).as(listed.toString()).contains("refs/heads/main");
            assertThat(folder.resolve("system.git/hooks/pre-receive")).isExecutable();
            assertThat(serving.end()).isZero();
            assertThat(dad.git(folder, "ls-remote", url).status()).isEqualTo(128);
        }
    }

    @Test
    void namesNoAddressThatNobodyCanConnectTo() throws Exception {
        TestContext context = TestContext.withTemplates(folder, environment);
        CompletableFuture<Integer> status =
                CompletableFuture.supplyAsync(() -> context.execute("serve", "--listen", "0.0.0.0:0"));
        try (Serving serving = new Serving(context, status)) {
            serving.untilStarted();
            assertThat(context.out()).contains("listening on 0.0.0.0:", "ssh://HOST:");
        }
    }

    @Test
    void saysTheSameAsJson() throws Exception {
        try (Serving serving = serve("--json", "--repository", "other=system.git")) {
            serving.untilStarted();
            var said = JsonParser.parseString(serving.context().out()).getAsJsonObject();
            assertThat(said.get("address").getAsString()).startsWith("127.0.0.1:");
            assertThat(said.get("fingerprint").getAsString()).startsWith("SHA256:");
            assertThat(said.getAsJsonObject("repositories").get("other").getAsString())
                    .endsWith("/system.git");
            assertThat(JsonParser.parseString(serving.context().err())
                            .getAsJsonObject()
                            .get("message")
                            .getAsString())
                    .contains("nobody may use other yet");
        }
    }

    @Test
    void saysHowToBeginWhereNobodyMayDoAnything() throws Exception {
        try (Serving serving = serve()) {
            serving.untilStarted();
            assertThat(serving.context().err())
                    .contains("nobody may use system yet", "trust/NAME.pub", "[repositories.system]");
            String url = serving.context().out().lines().toList().get(1).split(" ")[0];
            assertThat(dad.git(folder, "ls-remote", url).err()).contains("Permission denied");
            commit("[repositories.system]\nread = [\"dad\"]\n");
            assertThat(dad.git(folder, "ls-remote", url).out()).contains("refs/heads/main");
            commit("[repositories.system]\nread = [\"mum\"]\n");
            assertThat(dad.git(folder, "ls-remote", url).err()).contains("Permission denied");
            assertThat(serving.context().err()).contains("trust/access.toml:2:9: there is no key of \"mum\"");
        }
    }

    @Test
    void doesNotBeginWithMistakesInTrust() throws Exception {
        commit("[repositories.system]\nread = [\"mum\"]\n");
        Outcome outcome = refused("serve", "--listen", "127.0.0.1:0");
        assertThat(outcome.status()).isEqualTo(2);
        assertThat(outcome.err()).contains("trust/access.toml:2:9: ", "trust/dad.pub:1:1: ");
    }

    @Test
    void refusesAWorkingTreeAndSaysWhatToServe() {
        Outcome outcome = refused("serve", "--repository", "system=work");
        assertThat(outcome.status()).isEqualTo(2);
        assertThat(outcome.err()).contains("has a working tree", "git clone --bare");
    }

    @Test
    void refusesWhatItDoesNotUnderstand() {
        assertThat(refused("serve", "--listen", "2222").status()).isEqualTo(2);
        assertThat(refused("serve", "--listen", "2222").err()).contains("write HOST:PORT");
        assertThat(refused("serve", "--listen", "127.0.0.1:70000").err()).contains("write HOST:PORT");
        assertThat(refused("serve", "--repository", "system.git").err()).contains("write NAME=PATH");
        assertThat(refused("serve", "--repository", "../x=system.git").err()).contains("write NAME=PATH");
    }

    @Test
    void saysThatAPortIsTaken() throws Exception {
        try (Serving serving = serve()) {
            serving.untilStarted();
            String address = serving.context().out().split("[ ,]")[2];
            Outcome outcome = refused("serve", "--listen", address);
            assertThat(outcome.status()).isEqualTo(1);
            assertThat(outcome.err()).contains("cannot listen on ");
        }
    }
}
