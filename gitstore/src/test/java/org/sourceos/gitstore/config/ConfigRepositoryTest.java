package org.sourceos.gitstore.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sourceos.gitstore.StoreException;
import org.sourceos.host.Cancellation;
import org.sourceos.host.ProcessRunner;
import org.sourceos.host.posix.Posix;

class ConfigRepositoryTest {
    private final Cancellation never = new Cancellation();

    @TempDir
    Path home;

    private UserGit user;

    @BeforeEach
    void begin() throws IOException {
        home = home.toRealPath();
        user = UserGit.init(home, "conf");
    }

    @Test
    void findsTheTopLevelFromAFolderBelow() throws Exception {
        Path below = Files.createDirectories(user.folder.resolve("hosts/kiosk"));
        ConfigRepository repository = user.in(below).open();
        assertThat(repository.workTree()).contains(user.folder);
        assertThat(repository.gitDirectory()).isEqualTo(user.folder.resolve(".git"));
    }

    @Test
    void saysHowToBeginWhereThereIsNoRepository() throws Exception {
        Path other = Files.createDirectories(home.resolve("other"));
        assertThatThrownBy(() -> user.in(other).open())
                .isInstanceOf(StoreException.class)
                .hasMessage("there is no git repository in " + other + ": run `sourceos init " + other
                        + "`, or `git init` there");
        assertThatThrownBy(() -> user.in(home.resolve("none")).open())
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("there is no folder " + home.resolve("none"));
    }

    @Test
    void passesOnWhatGitSaysAboutSomebodyElsesRepository() throws Exception {
        // Git's own switch for testing that refusal.
        assertThat(user.with("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
                        .tryGit("status")
                        .stderrTail())
                .contains("dubious ownership");
        Path git = Files.createDirectories(home.resolve("bin")).resolve("git");
        Files.writeString(git, "#!/bin/sh\nGIT_TEST_ASSUME_DIFFERENT_OWNER=1 exec /usr/bin/git \"$@\"\n");
        assertThat(git.toFile().setExecutable(true)).isTrue();
        assertThatThrownBy(
                        () -> user.with("PATH", home.resolve("bin").toString()).open())
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("dubious ownership")
                .hasMessageContaining("git config --global --add safe.directory " + user.folder);
    }

    @Test
    void saysThatGitIsNotInstalled() {
        assertThatThrownBy(() -> user.with("PATH", home.toString()).open())
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("git is not installed");
    }

    @Test
    void bareRepositoryHasNoWorkTreeAndNoChanges() throws Exception {
        UserGit bare = UserGit.init(home, "bare.git", "--bare");
        ConfigRepository repository = bare.open();
        assertThat(repository.workTree()).isEmpty();
        assertThat(repository.gitDirectory()).isEqualTo(bare.folder);
        assertThat(repository.changes(never).isEmpty()).isTrue();
        user.write("a", "a\n").commitAll("one");
        user.git("push", "-q", bare.folder.toString(), "main");
        assertThat(repository.commit("main", never)).isEqualTo(user.head());
    }

    @Test
    void worktreeHasATopLevelAndAnIndexOfItsOwn() throws Exception {
        CommitId first = user.write("a", "a\n").commitAll("one");
        Path second = home.resolve("second");
        user.git("worktree", "add", "-q", "-b", "try", second.toString());
        UserGit there = user.in(second);
        there.write("b", "b\n");
        ConfigRepository repository = there.open();
        assertThat(repository.workTree()).contains(second);
        assertThat(repository.gitDirectory()).isEqualTo(user.folder.resolve(".git/worktrees/second"));
        assertThat(repository.changes(never)).isEqualTo(new ConfigRepository.Changes(List.of(), List.of("b")));
        assertThat(user.open().changes(never).isEmpty()).isTrue();
        assertThat(repository.commit("HEAD", never)).isEqualTo(first);
    }

    @Test
    void findsTheWorkTreeFromInsideGitsFolder() throws Exception {
        assertThat(user.in(user.folder.resolve(".git"))
                        .with("GIT_DIR", ".")
                        .open()
                        .workTree())
                .contains(user.folder);
    }

    @Test
    void hooksVariableDoesNotMakeAFolderBelowTheTopLevel() throws Exception {
        Path below = Files.createDirectories(user.folder.resolve("hosts"));
        assertThat(user.in(below).with("GIT_DIR", ".git").open().workTree()).contains(user.folder);
    }

    @Test
    void repositoryThatOnlyTheVariableNamesIsUsed() throws Exception {
        Path files = Files.createDirectories(home.resolve("files"));
        CommitId first = user.write("a", "a\n").commitAll("one");
        ConfigRepository repository = user.in(files)
                .with("GIT_DIR", user.folder.resolve(".git").toString())
                .with("GIT_WORK_TREE", files.toString())
                .open();
        assertThat(repository.workTree()).contains(files);
        assertThat(repository.commit("HEAD", never)).isEqualTo(first);
        assertThat(repository.changes(never).modified()).containsExactly("a");
    }

    @Test
    void refusesToGuessBetweenTwoRepositories() throws Exception {
        UserGit other = UserGit.init(home, "other");
        assertThatThrownBy(
                        () -> user.with("GIT_DIR", other.folder.resolve(".git").toString())
                                .open())
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("GIT_DIR names " + other.folder.resolve(".git"))
                .hasMessageContaining("unset GIT_DIR");
    }

    @Test
    void resolvesRevisions() throws Exception {
        CommitId first = user.write("a", "a\n").commitAll("one");
        user.git("tag", "-a", "-m", "a tag", "v1");
        CommitId second = user.write("a", "b\n").commitAll("two");
        ConfigRepository repository = user.open();
        assertThat(repository.commit("HEAD", never)).isEqualTo(second);
        assertThat(repository.commit("main", never)).isEqualTo(second);
        assertThat(repository.commit("HEAD~1", never)).isEqualTo(first);
        assertThat(repository.commit("v1", never)).isEqualTo(first);
        assertThat(repository.commit(first.hex(), never)).isEqualTo(first);
        assertThat(repository.commit(first.abbreviated(), never)).isEqualTo(first);
    }

    @Test
    void refusesWhatIsNoCommit() throws Exception {
        user.write("a", "a\n").commitAll("one");
        ConfigRepository repository = user.open();
        for (String none : List.of("nope", "", "HEAD~1", "HEAD:a", "main..HEAD", "--all", "-h", "0".repeat(40))) {
            assertThatThrownBy(() -> repository.commit(none, never))
                    .as(none)
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("the repository in " + user.folder + " has no commit '" + none + "'");
        }
    }

    @Test
    void saysThatNothingHasBeenCommittedYet() throws Exception {
        ConfigRepository repository = user.open();
        for (String head : List.of("HEAD", "@", "HEAD~1")) {
            assertThatThrownBy(() -> repository.commit(head, never))
                    .isInstanceOf(StoreException.class)
                    .hasMessage("nothing has been committed in " + user.folder
                            + " yet: `git add …` and `git commit` there");
        }
        user.write("a", "a\n").write("b", "b\n").git("add", "a");
        assertThat(repository.changes(never)).isEqualTo(new ConfigRepository.Changes(List.of("a"), List.of("b")));
    }

    @Test
    void describesACommitWhateverTheUsersSettings() throws Exception {
        user.git("config", "log.showSignature", "true");
        user.git("config", "color.ui", "always");
        user.git("config", "i18n.logOutputEncoding", "ISO-8859-1");
        user.feed(
                "kiosk: Grüße \u001b[31mred\n\nbody".getBytes(StandardCharsets.UTF_8),
                "commit",
                "-q",
                "--allow-empty",
                "-F",
                "-");
        CommitId id = user.head();
        assertThat(user.open().describe(id, never))
                .isEqualTo(new ConfigRepository.Description(
                        id, "kiosk: Grüße ?[31mred", "Ann Author", Instant.ofEpochSecond(1_700_000_000)));
        assertThatThrownBy(() -> user.open().describe(new CommitId("1".repeat(40)), never))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("cannot describe commit 111111111111 of " + user.folder);
    }

    @Test
    void listsWhatHeadDoesNotHave() throws Exception {
        user.write(".gitignore", "*.log\n")
                .write("a", "a\n")
                .write("gone", "x\n")
                .write("d/moved", "long enough\n");
        user.commitAll("one");
        assertThat(user.open().changes(never).isEmpty()).isTrue();
        user.write("a", "changed\n")
                .write("new file", "n\n")
                .write("e/f/u", "u\n")
                .write("x.log", "ignored\n");
        byte[] folder = Posix.bytes(user.folder.resolve("e/f"));
        Posix.rename(
                Posix.resolve(folder, new byte[] {'u'}), Posix.resolve(folder, "ü".getBytes(StandardCharsets.UTF_8)));
        user.write("staged", "s\n").git("add", "staged");
        Files.delete(user.folder.resolve("gone"));
        user.git("mv", "d/moved", "d/there");
        user.git("config", "status.showUntrackedFiles", "no");
        user.git("config", "status.short", "true");
        Path below = user.folder.resolve("d");
        assertThat(user.in(below).open().changes(never))
                .isEqualTo(new ConfigRepository.Changes(
                        List.of("a", "d/moved", "d/there", "gone", "staged"), List.of("e/f/ü", "new file")));
    }

    @Test
    void askingTakesNoLock() throws Exception {
        user.write("a", "a\n").commitAll("one");
        Files.createFile(user.folder.resolve(".git/index.lock"));
        user.write("a", "b\n");
        assertThat(user.open().changes(never).modified()).containsExactly("a");
        user.open().exportIndex(home.resolve("out"), never);
        assertThat(home.resolve("out/a")).hasContent("a\n");
    }

    @Test
    void listsCommitsOldestFirst() throws Exception {
        CommitId one = user.commitAll("one");
        CommitId two = user.commitAll("two");
        CommitId three = user.commitAll("three");
        ConfigRepository repository = user.open();
        assertThat(repository.between(Optional.of(one), three, never)).containsExactly(two, three);
        assertThat(repository.between(Optional.of(three), three, never)).isEmpty();
        assertThat(repository.between(Optional.empty(), three, never)).containsExactly(three);
        CommitId four = new CommitId(user.git("commit-tree", "-p", three.hex(), "-m", "four", "HEAD^{tree}"));
        CommitId five = new CommitId(user.git("commit-tree", "-p", four.hex(), "-m", "five", "HEAD^{tree}"));
        assertThat(repository.between(Optional.empty(), five, never)).containsExactly(four, five);
        assertThatThrownBy(() -> repository.between(Optional.of(new CommitId("1".repeat(40))), five, never))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("cannot list the commits up to " + five.abbreviated());
    }

    @Test
    void tellsAncestors() throws Exception {
        CommitId one = user.commitAll("one");
        CommitId two = user.commitAll("two");
        ConfigRepository repository = user.open();
        assertThat(repository.isAncestor(one, two, never)).isTrue();
        assertThat(repository.isAncestor(two, two, never)).isTrue();
        assertThat(repository.isAncestor(two, one, never)).isFalse();
        assertThatThrownBy(() -> repository.isAncestor(one, new CommitId("1".repeat(40)), never))
                .isInstanceOf(StoreException.class);
    }

    @Test
    void tellsWhetherTwoCommitsHaveTheSameAtAPath() throws Exception {
        CommitId none = user.write("other", "1").commitAll("one");
        CommitId folder = user.write("trust/a", "1").commitAll("two");
        CommitId same = user.write("other", "2").commitAll("three");
        CommitId changed = user.write("trust/a", "2").commitAll("four");
        user.git("rm", "-q", "-r", "trust");
        CommitId file = user.write("trust", "2").commitAll("five");
        // Found from the top, wherever one is.
        ConfigRepository repository =
                user.in(Files.createDirectories(user.folder.resolve("below"))).open();
        assertThat(repository.entry(none, "trust", never)).isEmpty();
        assertThat(repository.entry(folder, "trust", never))
                .isPresent()
                .isEqualTo(repository.entry(same, "trust", never))
                .isNotEqualTo(repository.entry(changed, "trust", never));
        assertThat(repository.entry(file, "trust", never))
                .isPresent()
                .isNotEqualTo(repository.entry(changed, "trust", never));
    }

    @Test
    void tellsWhatHeadNames() throws Exception {
        assertThat(user.open().hasCommit(never)).isFalse();
        assertThat(user.open().branchOfHead(never)).contains("refs/heads/main");
        CommitId one = user.commitAll("one");
        assertThat(user.open().hasCommit(never)).isTrue();
        user.git("checkout", "-q", one.hex());
        assertThat(user.open().hasCommit(never)).isTrue();
        assertThat(user.open().branchOfHead(never)).isEmpty();
    }

    @Test
    void readsTheObjectsOfAPushThatIsNotAcceptedYet() throws Exception {
        CommitId first = user.commitAll("one");
        Path quarantine = home.resolve("incoming");
        Files.createDirectories(quarantine);
        Map<String, String> hook = Map.of(
                "GIT_OBJECT_DIRECTORY", "../incoming",
                "GIT_ALTERNATE_OBJECT_DIRECTORIES", ".git/objects",
                "GIT_QUARANTINE_PATH", "../incoming");
        UserGit pushed = user;
        for (Map.Entry<String, String> variable : hook.entrySet()) {
            pushed = pushed.with(variable.getKey(), variable.getValue());
        }
        CommitId incoming = new CommitId(pushed.git("commit-tree", "-p", first.hex(), "-m", "incoming", "HEAD^{tree}"));
        assertThat(quarantine).isNotEmptyDirectory();
        assertThat(pushed.open().between(Optional.empty(), incoming, never)).containsExactly(incoming);
        assertThatThrownBy(() -> user.open().commit(incoming.hex(), never)).isInstanceOf(StoreException.class);
    }

    @Test
    void replacedObjectDoesNotChangeACommit() throws Exception {
        CommitId one = user.write("a", "one\n").commitAll("one");
        CommitId two = user.write("a", "two\n").commitAll("two");
        user.git("replace", one.hex(), two.hex());
        ConfigRepository repository = ConfigRepository.open(user.folder, user.environment, new ProcessRunner(), never);
        repository.export(one, home.resolve("out"), never);
        assertThat(home.resolve("out/a")).hasContent("one\n");
    }

    @Test
    void readsASha256Repository() throws Exception {
        UserGit wide = UserGit.init(home, "wide", "--object-format=sha256");
        CommitId id = wide.write("a", "a\n").write("empty", "").commitAll("one");
        assertThat(id.hex()).hasSize(64);
        assertThat(wide.open().commit("HEAD", never)).isEqualTo(id);
        wide.open().export(id, home.resolve("out"), never);
        assertThat(home.resolve("out/a")).hasContent("a\n");
        wide.open().exportIndex(home.resolve("staged"), never);
        assertThat(home.resolve("staged/empty")).isEmptyFile();
    }
}
