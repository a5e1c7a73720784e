package org.sourceos.gitstore.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sourceos.gitstore.StoreException;
import org.sourceos.gitstore.config.HookFiles.State;
import org.sourceos.gitstore.config.HookFiles.Status;
import org.sourceos.host.Cancellation;
import org.sourceos.host.ProcessResult;

class HookFilesTest {
    private static final List<String> COMMIT = List.of("pre-commit");
    private final Cancellation never = new Cancellation();

    @TempDir
    Path home;

    private UserGit user;
    private Path hooks;
    private Path program;
    private Path log;

    @BeforeEach
    void begin() throws IOException {
        home = home.toRealPath();
        user = UserGit.init(home, "conf");
        hooks = user.folder.resolve(".git/hooks");
        log = home.resolve("log");
        program = home.resolve("it's $HOME/sourceos");
        Files.createDirectories(home.resolve("it's $HOME"));
        script(program, "echo \"program $*\" >> '" + log + "'\nexit ${FAIL:-0}");
    }

    private static void script(Path file, String text) throws IOException {
        Files.createDirectories(file.resolve("..").normalize());
        Files.writeString(file, "#!/bin/sh\n" + text + "\n");
        assertThat(file.toFile().setExecutable(true)).isTrue();
    }

    private void install(List<String> names) throws StoreException {
        HookFiles.install(user.open(), names, program, never);
    }

    private State state(String name) throws StoreException {
        return HookFiles.status(user.open(), List.of(name), program, never)
                .get(0)
                .state();
    }

    @Test
    void gitRunsTheProgram() throws Exception {
        assertThat(state("pre-commit")).isEqualTo(State.ABSENT);
        install(List.of("pre-commit", "commit-msg"));
        assertThat(state("pre-commit")).isEqualTo(State.INSTALLED);
        user.commitAll("one");
        assertThat(log).hasContent("program hooks run pre-commit\nprogram hooks run commit-msg .git/COMMIT_EDITMSG\n");
        ProcessResult refused = user.with("FAIL", "3").tryGit("commit", "--allow-empty", "-m", "two");
        assertThat(refused.succeeded()).isFalse();
    }

    @Test
    void usersHookRunsFirstAndItsFailureEndsTheHook() throws Exception {
        script(hooks.resolve("commit-msg"), "echo \"user $*\" >> '" + log + "'\nexit ${USER_FAIL:-0}");
        install(List.of("commit-msg"));
        user.commitAll("one");
        assertThat(log).hasContent("user .git/COMMIT_EDITMSG\nprogram hooks run commit-msg .git/COMMIT_EDITMSG\n");
        Files.delete(log);
        assertThat(user.with("USER_FAIL", "7")
                        .tryGit("hook", "run", "commit-msg", "--", "x")
                        .exitStatus())
                .isEqualTo(7);
        assertThat(log).hasContent("user x\n");
    }

    @Test
    void installingAgainChangesNothingAndRemovingPutsTheUsersHookBack() throws Exception {
        Path hook = hooks.resolve("pre-commit");
        script(hook, "echo user >> '" + log + "'");
        String own = Files.readString(hook);
        install(COMMIT);
        install(COMMIT);
        assertThat(HookFiles.status(user.open(), COMMIT, program, never))
                .containsExactly(
                        new Status("pre-commit", hook, State.INSTALLED, Optional.of(hooks.resolve("pre-commit.user"))));
        assertThat(hooks.resolve("pre-commit.user")).hasContent(own);
        HookFiles.remove(user.open(), List.of("pre-commit", "pre-push"), never);
        assertThat(hook).hasContent(own).isExecutable();
        assertThat(hooks.resolve("pre-commit.user")).doesNotExist();
        HookFiles.remove(user.open(), COMMIT, never);
        assertThat(hook).hasContent(own);
    }

    @Test
    void removesItsOwnOnly() throws Exception {
        install(COMMIT);
        HookFiles.remove(user.open(), COMMIT, never);
        assertThat(hooks.resolve("pre-commit")).doesNotExist();
        script(hooks.resolve("pre-push"), "# calls sourceos");
        HookFiles.remove(user.open(), List.of("pre-push"), never);
        assertThat(hooks.resolve("pre-push")).exists();
    }

    @Test
    void refusesAndChangesNothingWhereTheUserHasBothNames() throws Exception {
        script(hooks.resolve("pre-push"), "true");
        script(hooks.resolve("pre-push.user"), "true");
        assertThatThrownBy(() -> install(List.of("pre-commit", "pre-push")))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("both " + hooks.resolve("pre-push") + " and " + hooks.resolve("pre-push.user"));
        assertThat(hooks.resolve("pre-commit")).doesNotExist();
        assertThat(state("pre-push")).isEqualTo(State.FOREIGN);
    }

    @Test
    void renewsAHookOfAnotherProgram() throws Exception {
        HookFiles.install(user.open(), COMMIT, Path.of("/opt/old/sourceos"), never);
        assertThat(state("pre-commit")).isEqualTo(State.OUTDATED);
        ProcessResult gone = user.tryGit("commit", "--allow-empty", "-m", "one");
        assertThat(gone.stderrTail()).contains("/opt/old/sourceos is not there any more");
        install(COMMIT);
        assertThat(state("pre-commit")).isEqualTo(State.INSTALLED);
        assertThat(hooks.resolve("pre-commit.user")).doesNotExist();
    }

    @Test
    void bothReadTheStandardInputOfAPush() throws Exception {
        UserGit server = UserGit.init(home, "server.git", "--bare");
        String reading = " $* $(cat)\" >> '" + log + "'";
        script(program, "echo \"program" + reading);
        for (String name : List.of("pre-receive", "post-receive")) {
            script(server.folder.resolve("hooks/" + name), "echo \"user " + name + reading);
        }
        script(hooks.resolve("pre-push"), "echo \"user pre-push" + reading);
        HookFiles.install(server.open(), List.of("pre-receive", "post-receive"), program, never);
        install(List.of("pre-push"));
        CommitId id = user.commitAll("one");
        Path temporary = Files.createDirectories(home.resolve("tmp"));
        String zero = "0".repeat(40);
        user.with("TMPDIR", temporary.toString()).git("push", "-q", server.folder.toString(), "main");
        String url = server.folder + " " + server.folder;
        String sent = " refs/heads/main " + id + " refs/heads/main " + zero;
        String received = " " + zero + " " + id + " refs/heads/main";
        assertThat(log)
                .hasContent("user pre-push " + url + sent
                        + "\nprogram hooks run pre-push " + url + sent
                        + "\nuser pre-receive " + received
                        + "\nprogram hooks run pre-receive" + received
                        + "\nuser post-receive " + received
                        + "\nprogram hooks run post-receive" + received + "\n");
        assertThat(temporary).isEmptyDirectory();
    }

    @Test
    void largeStandardInputReachesAProgramAfterAUsersHookThatReadsNone() throws Exception {
        script(program, "wc -l >> '" + log + "'");
        script(hooks.resolve("post-receive"), "exit 0");
        install(List.of("post-receive"));
        Path input = home.resolve("input");
        Files.writeString(input, "old new ref\n".repeat(100_000));
        user.git("-c", "alias.try=!.git/hooks/post-receive < '" + input + "'", "try");
        assertThat(log).hasContent("100000\n");
    }

    @Test
    void usesTheFolderThatTheRepositoryHasForHooks() throws Exception {
        user.git("config", "core.hooksPath", "tools/hooks");
        install(COMMIT);
        assertThat(user.folder.resolve("tools/hooks/pre-commit")).isExecutable();
        user.commitAll("one");
        assertThat(log).hasContent("program hooks run pre-commit\n");
    }

    @Test
    void worktreeHasTheHooksOfItsRepository() throws Exception {
        user.commitAll("one");
        user.git("worktree", "add", "-q", home.resolve("second").toString());
        UserGit second = user.in(home.resolve("second"));
        HookFiles.install(second.open(), COMMIT, program, never);
        assertThat(state("pre-commit")).isEqualTo(State.INSTALLED);
        second.commitAll("two");
        assertThat(log).hasContent("program hooks run pre-commit\n");
    }

    @Test
    void refusesHooksThatAllRepositoriesOfTheUserShare() throws Exception {
        Path settings = home.resolve("settings");
        Files.writeString(settings, "[core]\n\thooksPath = " + home.resolve("shared") + "\n");
        UserGit other = user.with("GIT_CONFIG_GLOBAL", settings.toString());
        assertThatThrownBy(() -> HookFiles.install(other.open(), COMMIT, program, never))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("git -C " + user.folder + " config core.hooksPath .git/hooks");
        assertThat(home.resolve("shared")).doesNotExist();
    }

    @Test
    void saysWhenTheFolderCannotBeOne() throws Exception {
        user.git("config", "core.hooksPath", "/dev/null");
        assertThatThrownBy(() -> install(COMMIT))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("cannot install the hook pre-commit in /dev/null");
    }
}
