package org.sourceos.rebuild.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sourceos.config.recipe.PackageSpec.SourceLocation;
import org.sourceos.gitstore.BuildCache;
import org.sourceos.gitstore.KnownStores;
import org.sourceos.gitstore.known.KnownFilesRule;
import org.sourceos.host.Command;
import org.sourceos.host.ProcessRunner;
import org.sourceos.rebuild.RebuildException;
import org.sourceos.rebuild.RebuildException.Kind;

class GitAndPathTest extends FetchingTest {
    private Path work;

    @BeforeEach
    void makeRepository() throws Exception {
        work = Files.createDirectory(folder.resolve("work"));
        git("init", "-q", "-b", "main");
        Files.createDirectories(work.resolve("src"));
        Files.writeString(work.resolve("src/main.c"), "$Id$ int main;\r\n");
        Files.writeString(work.resolve("hidden"), "export-ignore must not hide this\n");
        Files.writeString(work.resolve(".gitattributes"), "hidden export-ignore\n*.c text eol=lf ident\n");
        Files.writeString(work.resolve("build.sh"), "#!/bin/sh\n");
        Files.setPosixFilePermissions(work.resolve("build.sh"), PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.createSymbolicLink(work.resolve("link"), Path.of("../outside"));
        git("add", "-A");
        git("commit", "-q", "-m", "one");
        git("tag", "-a", "-m", "x", "v1");
    }

    private String git(String... arguments) throws Exception {
        List<String> argv =
                new java.util.ArrayList<>(List.of("git", "-c", "user.name=T", "-c", "user.email=t@example.org"));
        argv.addAll(List.of(arguments));
        return new ProcessRunner()
                .output(Command.of(argv).withDirectory(work), cancellation)
                .strip();
    }

    private FetchedSource fetchGit(String revision) throws RebuildException {
        return fetch(spec(new SourceLocation.Git("file://" + work, revision)), Optional.empty());
    }

    @ParameterizedTest
    @ValueSource(strings = {"main", "v1"})
    void storesTheFilesOfABranchOrTagExactlyAsGitHasThem(String revision) throws Exception {
        FetchedSource source = fetchGit(revision);
        assertThat(source.kind()).isEqualTo(FetchedSource.Kind.TREE);
        assertThat(source.pin().exact()).contains(git("rev-parse", "HEAD"));
        assertThat(names(source)).containsExactly(".gitattributes", "build.sh", "hidden", "link", "src/main.c");
        assertThat(cache.read(source.files().tree(), "root/src/main.c").orElseThrow())
                .asString()
                .isEqualTo(git("show", "HEAD:src/main.c") + "\n");
    }

    @Test
    void staysAtTheLockedCommitWhenTheBranchMoves() throws Exception {
        FetchedSource first = fetchGit("main");
        Files.writeString(work.resolve("new"), "x");
        git("add", "-A");
        git("commit", "-q", "-m", "two");
        try (var other = org.sourceos.gitstore.BuildCache.open(folder.resolve("store2"), cancellation)) {
            cache.close();
            cache = other;
            FetchedSource again =
                    fetch(spec(new SourceLocation.Git("file://" + work, "main")), Optional.of(first.pin()));
            assertThat(again.pin()).isEqualTo(first.pin());
            assertThat(fetchGit("main").pin()).isNotEqualTo(first.pin());
        }
    }

    @Test
    void runsNoHookOfTheServerOrTheRepository() throws Exception {
        Path mark = folder.resolve("ran");
        Path hooks = work.resolve(".git/hooks");
        Files.createDirectories(hooks);
        for (String hook : List.of("post-checkout", "reference-transaction", "post-merge")) {
            Files.writeString(hooks.resolve(hook), "#!/bin/sh\ntouch " + mark + "\n");
            Files.setPosixFilePermissions(hooks.resolve(hook), PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        fetchGit("main");
        assertThat(mark).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"nosuch", "0123456789012345678901234567890123456789"})
    void saysThatARevisionDoesNotExist(String revision) throws Exception {
        RebuildException failure = catchThrowableOfType(RebuildException.class, () -> fetchGit(revision));
        assertThat(failure.kind()).isEqualTo(Kind.FETCH_FAILED);
        assertThat(failure).hasMessageContaining("has no");
        assertThat(storedSources()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"--upload-pack=x", "a..b", "a:b", "a b", "-f", "+x"})
    void refusesARevisionThatIsNone(String revision) {
        RebuildException failure = catchThrowableOfType(RebuildException.class, () -> fetchGit(revision));
        assertThat(failure.kind()).isEqualTo(Kind.UNUSABLE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ext::sh -c x", "/etc", "http://example.invalid/x", "https://-x/"})
    void refusesAnAddressThatIsNotFetchedSafely(String url) {
        RebuildException failure = catchThrowableOfType(
                RebuildException.class, () -> fetch(spec(new SourceLocation.Git(url, "main")), Optional.empty()));
        assertThat(failure.kind()).isEqualTo(Kind.UNUSABLE);
    }

    @Test
    void refusesSubmodules() throws Exception {
        git("update-index", "--add", "--cacheinfo", "160000," + git("rev-parse", "HEAD") + ",sub");
        git("commit", "-q", "-m", "sub");
        RebuildException failure = catchThrowableOfType(RebuildException.class, () -> fetchGit("main"));
        assertThat(failure).hasMessageContaining("submodule at sub");
    }

    private FetchedSource fetchPath(String path) throws RebuildException {
        return fetch(spec(new SourceLocation.LocalPath(path)), Optional.empty());
    }

    @Test
    void readsADirectoryAnewWithoutItsGitFolderAndOwners() throws Exception {
        FetchedSource first = fetchPath("work");
        assertThat(names(first)).containsExactly(".gitattributes", "build.sh", "hidden", "link", "src/main.c");
        assertThat(first.pin().exact()).isEmpty();
        Files.setPosixFilePermissions(work.resolve("hidden"), PosixFilePermissions.fromString("rw-------"));
        assertThat(fetchPath("work").pin()).isEqualTo(first.pin());
        Files.writeString(work.resolve("hidden"), "changed\n");
        assertThat(fetchPath("work").pin()).isNotEqualTo(first.pin());
        assertThat(fetchers().stored(spec(new SourceLocation.LocalPath("work")), folder, first.pin()))
                .hasValueSatisfying(s -> assertThat(s.pin()).isNotEqualTo(first.pin()));
    }

    @Test
    void aDirectoryThatIsKnownIsReadWhereItChangedAndNowhereElse() throws Exception {
        Clock later = Clock.offset(Clock.systemUTC(), Duration.ofHours(1));
        KnownFilesRule rule = new KnownFilesRule(true, later, Duration.ofMinutes(2));
        cache.close();
        cache = BuildCache.open(folder.resolve("store"), new KnownStores(), rule, cancellation);
        FetchedSource first = fetchPath("work");
        assertThat(fetchPath("work")).isEqualTo(first);

        Path file = work.resolve("hidden");
        FileTime before = Files.getLastModifiedTime(file);
        Files.writeString(file, "export-ignore MUST NOT hide this\n");
        Files.setLastModifiedTime(file, before);

        FetchedSource changed = fetchPath("work");
        assertThat(changed.pin()).isNotEqualTo(first.pin());
        assertThat(cache.read(changed.files().tree(), "root/hidden").orElseThrow())
                .asString()
                .contains("MUST NOT");
        assertThat(cache.read(changed.files().tree(), "root/src/main.c")).isPresent();
    }

    @Test
    void readsASingleFile() throws Exception {
        FetchedSource source = fetchPath("work/src/main.c");
        assertThat(source.kind()).isEqualTo(FetchedSource.Kind.FILE);
        assertThat(names(source)).containsExactly("main.c");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../x", "/etc/passwd", "work/../../x", "escape", "escape/passwd"})
    void refusesAPathThatLeavesTheRecipesFolder(String path) throws Exception {
        Files.createSymbolicLink(folder.resolve("escape"), Path.of("/etc"));
        RebuildException failure = catchThrowableOfType(RebuildException.class, () -> fetchPath(path));
        assertThat(failure.kind()).isEqualTo(Kind.UNUSABLE);
        assertThat(failure).hasMessageContaining("lies outside of the folder");
    }

    @Test
    void saysThatAPathIsMissing() {
        RebuildException failure = catchThrowableOfType(RebuildException.class, () -> fetchPath("nowhere"));
        assertThat(failure).hasMessageContaining("git add nowhere");
    }
}
