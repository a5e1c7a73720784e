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

/** Pushes that come while another is built: processes that know nothing of each other. */
@Tag("slow")
class PushQueueTest {
    @TempDir
    private Path folder;

    private Desk desk;
    private Path system;

    @BeforeEach
    void aDeployedSystem() throws IOException {
        desk = Desk.withSystem(folder);
        desk.forgetGenerations();
        desk.forget("e2e-queued");
        system = folder.resolve("system.git");
        git(0, "init", "-q", "-b", "main");
        git(0, "init", "-q", "--bare", "-b", "main", system.toString());
        deploying().execute("hooks", "install");
        commit("Begin", "true");
        git(0, "push", "-q", system.toString(), "main");
    }

    @AfterEach
    void forgetTheSystem() throws IOException {
        desk.forgetGenerations();
    }

    private Desk deploying() {
        return desk.with("SOURCEOS_CONFIG", system.toString());
    }

    private List<String> argv(String... words) {
        List<String> argv = new ArrayList<>(List.of("git", "-C", desk.config().toString()));
        argv.addAll(List.of(words));
        return argv;
    }

    private Outcome git(int status, String... words) throws IOException {
        Outcome outcome = desk.run(desk.command(argv(words)));
        assertThat(outcome.status()).as(outcome.toString()).isEqualTo(status);
        return outcome;
    }

    private void commit(String subject, String script) throws IOException {
        desk.scripted("e2e-queued", script);
        commit(subject);
    }

    private void commit(String subject) throws IOException {
        Files.writeString(
                desk.config().resolve("system.source.nix"),
                "{ system.applications.first = e2e-queued; } # " + subject + "\n");
        git(0, "add", "-A");
        git(0, "commit", "-q", "-m", subject);
    }

    /** A push whose build goes on for longer than any test. */
    private RunningProcess slowPush(Desk.Screen screen) throws IOException {
        commit("Slow", "sleep 1000");
        RunningProcess slow = desk.begin(desk.command(argv("push", system.toString(), "main")), screen);
        screen.untilShows("e2e-queued");
        return slow;
    }

    private String status() {
        return deploying().execute("rebuild", "status").out();
    }

    @Test
    void theNewestWinsAndTheOneBeforeIsTold() throws Exception {
        Desk.Screen screen = new Desk.Screen();
        try (RunningProcess slow = slowPush(screen)) {
            commit("Quick", "true # quick");
            assertThat(git(0, "push", system.toString(), "main").err())
                    .contains("generation 2 (Quick) is built", "generation 2 (Quick) counts now");
            assertThat(slow.await().exitStatus()).isEqualTo(1);
        }
        assertThat(screen.text())
                .containsPattern("remote: sourceos: refused: superseded by [0-9a-f]{12} \\(Quick\\) of tester")
                .contains("pre-receive hook declined")
                .doesNotContain("counts now");
        assertThat(status()).startsWith("generation 2 (Quick) counts\n");
        assertThat(deploying().execute("rebuild", "list-generations").out().lines())
                .hasSize(2);
        Desk.assertNoProcessIsLeft();
        desk.assertStoreIsSound();
    }

    @Test
    void onlyWhatCanBeEvaluatedSupersedes() throws Exception {
        Desk.Screen screen = new Desk.Screen();
        try (RunningProcess slow = slowPush(screen)) {
            Files.writeString(desk.config().resolve("system.source.nix"), "{ system.hostnam = 1; }\n");
            git(0, "commit", "-q", "-a", "-m", "Bad");
            assertThat(git(1, "push", system.toString(), "main").err()).contains("(Bad) has mistakes");
            assertThat(slow.isAlive()).isTrue();
            assertThat(screen.text()).doesNotContain("superseded");
        }
    }

    @Test
    void aPushThatIsKilledIsInNobodysWay() throws Exception {
        Desk.Screen screen = new Desk.Screen();
        try (RunningProcess slow = slowPush(screen)) {
            slow.kill();
        }
        commit("Quick", "true # quick");
        assertThat(git(0, "push", system.toString(), "main").err()).contains("generation 2 (Quick) counts now");
        Path queues = folder.resolve("state/pushes");
        try (var folders = Files.list(queues)) {
            Path queue = folders.findFirst().orElseThrow();
            Files.writeString(queue.resolve("newest.json"), "{\"number\":");
            Files.writeString(queue.resolve("last"), "x");
        }
        commit("Quicker");
        assertThat(git(0, "push", system.toString(), "main").err()).contains("generation 3 (Quicker) counts now");
    }

    /** What git runs after a push that another has overtaken. */
    @Test
    void aPushThatWasOvertakenBeforeItCountedDoesNotCountAfterwards() throws Exception {
        String first = git(0, "rev-parse", "HEAD").out().strip();
        commit("Second");
        git(0, "push", "-q", system.toString(), "main");
        String line = "0".repeat(40) + " " + first + " refs/heads/main\n";
        TestContext late = TestContext.of(
                system, desk.context(new byte[0]).context().environment(), line.getBytes(StandardCharsets.UTF_8));
        assertThat(late.execute("hooks", "run", "post-receive")).as(late.err()).isZero();
        assertThat(late.err()).contains("superseded by ", "(Second), which was pushed later and counts instead");
        assertThat(status()).startsWith("generation 2 (Second) counts\n");
    }

    @Test
    void aPushWhoseBranchHasMovedMeanwhileIsToldSo() throws Exception {
        String old = git(0, "rev-parse", "HEAD").out().strip();
        commit("Second");
        git(0, "push", "-q", system.toString(), "main");
        commit("Third");
        git(0, "push", "-q", system.toString(), "main:refs/heads/other");
        String fresh = git(0, "rev-parse", "HEAD").out().strip();
        String line = old + " " + fresh + " refs/heads/main\n";
        TestContext late = TestContext.of(
                system, desk.context(new byte[0]).context().environment(), line.getBytes(StandardCharsets.UTF_8));
        assertThat(late.execute("hooks", "run", "pre-receive")).isEqualTo(1);
        assertThat(late.err()).contains("refs/heads/main has moved to", "(Second) meanwhile: git pull --rebase");
    }
}
