package org.sourceos.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Git's hooks, run by git: a bad commit does not get through, a pushed one is deployed. */
@Tag("slow")
class HooksTest {
    private static final String GOOD = "{ system.applications.first = e2e-hooked; }\n";
    private static final String BAD = "{ system.hostnam = \"x\"; }\n";

    @TempDir
    private Path folder;

    private Desk desk;
    private Path system;

    @BeforeEach
    void aWorkingCopyAndWhereItIsDeployedFrom() throws IOException {
        desk = Desk.withSystem(folder);
        desk.forgetGenerations();
        desk.scripted("e2e-hooked", "true");
        system = folder.resolve("system.git");
        git(0, "init", "-q", "-b", "main");
        git(0, "init", "-q", "--bare", "-b", "main", system.toString());
        assertThat(deploying().execute("hooks", "install").out()).contains("pre-receive, post-receive");
        write(GOOD);
        git(0, "commit", "-q", "-m", "Begin");
    }

    @AfterEach
    void forgetTheSystem() throws IOException {
        desk.forgetGenerations();
    }

    /** Whose configuration is the repository that is pushed to. */
    private Desk deploying() {
        return desk.with("SOURCEOS_CONFIG", system.toString());
    }

    private Outcome git(int status, String... words) throws IOException {
        List<String> argv = new ArrayList<>(List.of("git", "-C", desk.config().toString()));
        argv.addAll(List.of(words));
        Outcome outcome = desk.run(desk.command(argv));
        assertThat(outcome.status()).as(outcome.toString()).isEqualTo(status);
        return outcome;
    }

    private void write(String text) throws IOException {
        Files.writeString(desk.config().resolve("system.source.nix"), text);
        git(0, "add", "-A");
    }

    private String deployed() {
        return deploying()
                .execute("rebuild", "status")
                .out()
                .lines()
                .findFirst()
                .orElse("");
    }

    @Test
    void whatIsPushedIsBuiltAndDeployed() throws IOException {
        Outcome first = git(0, "push", system.toString(), "main");
        assertThat(first.err())
                .contains("remote: sourceos: generation 1 (Begin) is built", "generation 1 (Begin) counts now");
        assertThat(folder.resolve("state/profile/bin/first")).isExecutable();

        write("{ system.applications.second = e2e-hooked; }\n");
        git(0, "commit", "-q", "-m", "Second");
        assertThat(git(0, "push", system.toString(), "main").err()).contains("generation 2 (Second) counts now");
        assertThat(deployed()).isEqualTo("generation 2 (Second) counts");

        Outcome back = deploying().execute("rebuild", "switch", "main~1");
        assertThat(back.out()).isEqualTo("generation 1 (Begin) counts now\n");
        desk.assertStoreIsSound();
    }

    @Test
    void aBadPushIsRefusedWithTheCaretAndChangesNothing() throws IOException {
        git(0, "push", "-q", system.toString(), "main");
        String before = git(0, "ls-remote", system.toString()).out();
        write(BAD);
        git(0, "commit", "-q", "-m", "Bad");
        write(GOOD);
        git(0, "commit", "-q", "-m", "Good again");
        assertThat(git(1, "push", system.toString(), "main").err())
                .contains("remote: system.source.nix:1:3: ", "remote:     |   ^", "did you mean \"hostname\"?")
                .contains("(Bad) has mistakes; nothing was changed", "pre-receive hook declined");
        assertThat(git(0, "ls-remote", system.toString()).out()).isEqualTo(before);
        assertThat(deployed()).isEqualTo("generation 1 (Begin) counts");
    }

    @Test
    void whatDoesNotBuildIsRefused() throws IOException {
        git(0, "push", "-q", system.toString(), "main");
        desk.scripted("e2e-hooked", "echo it broke; false");
        git(0, "add", "-A");
        git(0, "commit", "-q", "-m", "Broken");
        assertThat(git(1, "push", system.toString(), "main").err())
                .contains("it broke", "cannot be built; nothing was changed");
        assertThat(deployed()).isEqualTo("generation 1 (Begin) counts");
    }

    private void limit(String size) throws IOException {
        Path key = folder.resolve("key");
        Outcome made = desk.run(desk.command(
                List.of("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "dad", "-f", key.toString())));
        assertThat(made.status()).as(made.toString()).isZero();
        Path trust = Files.createDirectories(desk.config().resolve("trust"));
        Files.copy(folder.resolve("key.pub"), trust.resolve("dad.pub"));
        Files.writeString(
                trust.resolve("access.toml"),
                "largest_push = \"" + size + "\"\n[repositories.system]\nadmin = [\"dad\"]\n");
        write(GOOD);
        git(0, "commit", "-q", "-m", "Let dad push");
    }

    private List<String> stored() throws IOException {
        try (Stream<Path> files = Files.walk(system.resolve("objects"))) {
            return files.map(Path::toString).sorted().toList();
        }
    }

    /** By path, as over anybody's own SSH server: nothing of ours stands before git. */
    @Test
    void aLargePushIsRefusedWithItsSizeAndLeavesNothing() throws IOException {
        assertThat(git(0, "-C", system.toString(), "config", "receive.maxInputSize")
                        .out())
                .isEqualTo((512L << 20) + "\n");
        limit("2M");
        git(0, "push", "-q", system.toString(), "main");
        List<String> before = stored();
        String main = git(0, "ls-remote", system.toString()).out();
        byte[] noise = new byte[3 << 20];
        new Random(1).nextBytes(noise);
        Files.write(desk.config().resolve("picture"), noise);
        write(GOOD);
        git(0, "commit", "-q", "-m", "A picture");
        assertThat(git(1, "push", system.toString(), "main").err())
                .contains("remote: sourceos: refused: this push has 3.0 MiB, and at most 2.0 MiB are taken at once")
                .contains("largest_push = \"6M\"");
        assertThat(stored()).isEqualTo(before);
        assertThat(git(0, "ls-remote", system.toString()).out()).isEqualTo(main);

        git(0, "-C", system.toString(), "config", "receive.maxInputSize", "1m");
        assertThat(git(1, "push", system.toString(), "main").err()).contains("pack exceeds maximum allowed size");
        assertThat(stored()).isEqualTo(before);
        assertThat(deploying().execute("hooks", "install").status()).isZero();
        assertThat(git(0, "-C", system.toString(), "config", "receive.maxInputSize")
                        .out())
                .as("what somebody has decided stays")
                .isEqualTo("1m\n");
    }

    @Test
    void removingTheHooksTakesTheirLimitAlong() throws IOException {
        assertThat(deploying().execute("hooks", "remove").status()).isZero();
        git(1, "-C", system.toString(), "config", "receive.maxInputSize");
    }

    @Test
    void whatIsDeployedIsNeitherForgottenNorDeleted() throws IOException {
        git(0, "push", "-q", system.toString(), "main");
        git(0, "commit", "-q", "--amend", "-m", "Another beginning");
        assertThat(git(1, "push", "--force", system.toString(), "main").err()).contains("would forget commits");
        assertThat(git(1, "push", system.toString(), ":main").err()).contains("cannot be deleted");
        assertThat(git(0, "push", system.toString(), "main:refs/heads/other").err())
                .doesNotContain("generation");
    }

    @Test
    void aBadCommitIsStoppedWhateverTheWorkingTreeSays() throws IOException {
        assertThat(desk.execute("hooks", "install").out()).contains("pre-commit, pre-push, post-checkout, post-merge");
        write(BAD);
        Files.writeString(desk.config().resolve("system.source.nix"), GOOD);
        assertThat(git(1, "commit", "-m", "Bad").err()).contains("system.source.nix:1:3: ", "not committed: ");
        git(0, "add", "-A");
        git(0, "commit", "-q", "--allow-empty", "-m", "Good");
        write(BAD);
        git(0, "commit", "-q", "--no-verify", "-m", "Bad");
        assertThat(git(1, "push", system.toString(), "main").err())
                .contains("system.source.nix:1:3: ")
                .doesNotContain("remote:");
    }

    @Test
    void aCheckoutSwitchesWhereThatIsWanted() throws IOException {
        desk.execute("hooks", "install");
        write("{ system.applications.second = e2e-hooked; }\n");
        git(0, "commit", "-q", "-m", "Second");
        assertThat(git(0, "checkout", "-q", "HEAD~1").err()).doesNotContain("generation");
        git(0, "config", "sourceos.autoSwitch", "true");
        assertThat(git(0, "checkout", "-q", "main").err()).contains("generation 1 (Second) counts now");
        assertThat(git(0, "checkout", "-q", "HEAD~1").err()).contains("generation 2 (Begin) counts now");
        assertThat(git(0, "checkout", "-q", "main").err()).contains("generation 1 (Second) counts now");
        assertThat(git(0, "checkout", "-q", "HEAD", "system.source.nix").err()).doesNotContain("generation");
    }

    @Test
    void hooksOfTheUsersAreKeptAndPutBack() throws IOException {
        Path own = desk.config().resolve(".git/hooks/pre-commit");
        Files.writeString(own, "#!/bin/sh\necho mine >&2\n");
        assertThat(own.toFile().setExecutable(true)).isTrue();
        desk.execute("hooks", "install");
        assertThat(desk.execute("hooks", "status").out()).contains("pre-commit  installed  runs ");
        write(GOOD + "# changed\n");
        assertThat(git(0, "commit", "-m", "Changed").err()).contains("mine");
        desk.execute("hooks", "remove");
        assertThat(own).content().contains("echo mine");
        assertThat(desk.execute("hooks", "status").out()).contains("pre-commit  foreign", "pre-push  absent");
    }
}
