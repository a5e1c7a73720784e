package org.sourceos.gitstore.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sourceos.gitstore.StoreException;
import org.sourceos.host.Cancellation;
import org.sourceos.host.posix.Posix;

class ExportTest {
    private static final String PLAIN = "100644";
    private final Cancellation never = new Cancellation();

    @TempDir
    Path home;

    private UserGit user;
    private Path out;

    @BeforeEach
    void begin() throws IOException {
        user = UserGit.init(home, "conf");
        out = home.resolve("exports/one");
    }

    private Path export(CommitId id) throws Exception {
        user.open().export(id, out, never);
        return out;
    }

    @Test
    void writesFilesFoldersLinksAndExecutables() throws Exception {
        user.write("flake.nix", "{ }\n")
                .write("hosts/a b/x.nix", "x\n")
                .write("run", "#!/bin/sh\n")
                .write("empty", "");
        assertThat(user.folder.resolve("run").toFile().setExecutable(true)).isTrue();
        Files.createSymbolicLink(user.folder.resolve("link"), Path.of("hosts/a b"));
        Files.createSymbolicLink(user.folder.resolve("away"), Path.of("../../outside"));
        Path root = export(user.commitAll("one"));
        assertThat(root.resolve("flake.nix")).hasContent("{ }\n");
        assertThat(root.resolve("hosts/a b/x.nix")).hasContent("x\n");
        assertThat(root.resolve("empty")).isEmptyFile();
        assertThat(Files.isExecutable(root.resolve("run"))).isTrue();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(root.resolve("flake.nix"))))
                .isEqualTo("rw-r--r--");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(root.resolve("hosts"))))
                .isEqualTo("rwxr-xr-x");
        assertThat(Files.readSymbolicLink(root.resolve("link"))).isEqualTo(Path.of("hosts/a b"));
        assertThat(Files.readSymbolicLink(root.resolve("away"))).isEqualTo(Path.of("../../outside"));
        assertThat(names(root)).containsExactlyInAnyOrder("flake.nix", "hosts", "run", "empty", "link", "away");
        assertThat(names(home.resolve("exports"))).containsExactly("one");
    }

    private static List<String> names(Path folder) throws IOException {
        try (var all = Files.list(folder)) {
            return all.map(path -> path.getFileName().toString()).toList();
        }
    }

    @Test
    void attributesAndSettingsDoNotChangeBytes() throws Exception {
        user.write("text", "a\nb\n").write("left-out", "in\n").write("version", "$Id$ $Format:%H$\n");
        user.write("filtered", "plain\n");
        user.commitAll("before");
        user.write(
                ".gitattributes",
                "text text eol=crlf\nleft-out export-ignore\nversion ident export-subst\nfiltered filter=up\n");
        user.git("config", "filter.up.smudge", "tr a-z A-Z");
        user.git("config", "core.autocrlf", "true");
        Path root = export(user.commitAll("one"));
        assertThat(Files.readAllBytes(root.resolve("text"))).isEqualTo("a\nb\n".getBytes(StandardCharsets.UTF_8));
        assertThat(root.resolve("left-out")).hasContent("in\n");
        assertThat(root.resolve("version")).hasContent("$Id$ $Format:%H$\n");
        assertThat(root.resolve("filtered")).hasContent("plain\n");
    }

    @Test
    void writesNamesThatAreNoText() throws Exception {
        byte[] name = {'n', (byte) 0xff, '\n', '\t', '"'};
        String blob = user.blob("odd\n");
        String folder = user.feed(
                new RawTree()
                        .entry(PLAIN, name, blob)
                        .entry(PLAIN, "grün", blob)
                        .bytes(),
                "hash-object",
                "-t",
                "tree",
                "-w",
                "--stdin");
        RawTree top = new RawTree()
                .entry("40000", name, folder)
                .entry("120000", "öl", user.feed(new byte[] {(byte) 0xfe, '/', '/'}, "hash-object", "-w", "--stdin"));
        byte[] root = Posix.bytes(export(user.hostile(top)));
        byte[] inside = Posix.resolve(root, name);
        assertThat(Posix.list(inside))
                .hasSize(2)
                .anySatisfy(found -> assertThat(found).isEqualTo(name));
        try (var in = Posix.open(Posix.resolve(inside, name))) {
            assertThat(in.readAllBytes()).isEqualTo("odd\n".getBytes(StandardCharsets.UTF_8));
        }
        assertThat(Posix.readLink(Posix.resolve(root, "öl".getBytes(StandardCharsets.UTF_8))))
                .isEqualTo(new byte[] {(byte) 0xfe, '/', '/'});
        assertThat(names(home.resolve("exports"))).containsExactly("one");
    }

    @Test
    void aPlaceThatCannotBeWrittenIsNamedWithTheReason() throws Exception {
        CommitId id = user.write("a", "a\n").commitAll("one");
        Path file = Files.writeString(home.resolve("file"), "in the way");
        ConfigRepository repository = user.open();
        assertThatThrownBy(() -> repository.export(id, file.resolve("exports/one"), new Cancellation()))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("cannot export commit " + id.abbreviated())
                .hasMessageContaining("into " + file.resolve("exports") + ": ")
                .hasMessageEndingWith("make that folder writable, or room on its disk");
    }

    @Test
    void leavesAFolderThatIsThereAlone() throws Exception {
        CommitId one = user.write("a", "one\n").commitAll("one");
        CommitId two = user.write("a", "two\n").commitAll("two");
        export(one);
        export(two);
        assertThat(out.resolve("a")).hasContent("one\n");
    }

    @Test
    void refusesNamesThatLeaveTheFolder() throws Exception {
        String blob = user.blob("evil\n");
        String tree =
                user.feed(new RawTree().entry(PLAIN, "x", blob).bytes(), "hash-object", "-t", "tree", "-w", "--stdin");
        for (String name : List.of("..", ".", ".git", ".GIT", ".gIt", "/etc", "../x", "a//b", "a/../../b")) {
            for (RawTree hostile :
                    List.of(new RawTree().entry(PLAIN, name, blob), new RawTree().entry("40000", name, tree))) {
                CommitId id = user.hostile(hostile);
                assertThatThrownBy(() -> export(id))
                        .as(name)
                        .isInstanceOf(StoreException.class)
                        .hasMessageContaining("it has a file '" + name);
            }
        }
        assertThat(out).doesNotExist();
        assertThat(home.resolve("exports")).doesNotExist();
    }

    @Test
    void refusesAFileBelowALinkAndANameTwice() throws Exception {
        String blob = user.blob("/tmp");
        String tree =
                user.feed(new RawTree().entry(PLAIN, "x", blob).bytes(), "hash-object", "-t", "tree", "-w", "--stdin");
        for (RawTree hostile : List.of(
                new RawTree().entry("120000", "a", blob).entry("40000", "a", tree),
                new RawTree().entry("40000", "a", tree).entry("120000", "a", blob),
                new RawTree().entry("120000", "a", blob).entry(PLAIN, "a/x", blob),
                new RawTree().entry(PLAIN, "a", blob).entry(PLAIN, "a", blob))) {
            CommitId id = user.hostile(hostile);
            assertThatThrownBy(() -> export(id))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("which no git makes");
        }
        assertThat(out).doesNotExist();
    }

    @Test
    void refusesLinksThatNoLinkCanBe() throws Exception {
        for (String to : List.of("", "x".repeat(4096))) {
            CommitId id = user.hostile(new RawTree().entry("120000", "a", user.blob(to)));
            assertThatThrownBy(() -> export(id))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("the link a has a target that no link can have");
        }
        CommitId nul = user.hostile(new RawTree().entry("120000", "a", user.blob("b\0c")));
        assertThatThrownBy(() -> export(nul)).isInstanceOf(IOException.class);
        assertThat(names(home.resolve("exports"))).isEmpty();
    }

    @Test
    void namesASubmodule() throws Exception {
        CommitId id = user.hostile(new RawTree().entry("160000", "vendor", "1".repeat(40)));
        assertThatThrownBy(() -> export(id))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("vendor is a submodule");
        user.git("update-index", "--add", "--cacheinfo", "160000," + "1".repeat(40) + ",vendor");
        assertThatThrownBy(() -> user.open().exportIndex(out, never))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("vendor is a submodule");
    }

    @Test
    void refusesALargeFile() throws Exception {
        Path large = user.folder.resolve("disk.img");
        try (var file = new java.io.RandomAccessFile(large.toFile(), "rw")) {
            file.setLength((64L << 20) + 1);
        }
        CommitId id = user.commitAll("large");
        assertThatThrownBy(() -> export(id))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("disk.img has 64 MiB");
        assertThat(names(home.resolve("exports"))).isEmpty();
    }

    @Test
    void refusesMoreFilesThanAConfigurationHas() throws Exception {
        String blob = user.blob("x");
        RawTree many = new RawTree();
        for (int i = 0; i <= 100_000; i++) {
            many.entry(PLAIN, String.format("f%06d", i), blob);
        }
        CommitId id = user.hostile(many);
        assertThatThrownBy(() -> export(id))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("more than 100000 files");
    }

    @Test
    void saysWhatIsMissing() throws Exception {
        CommitId id = user.write("a", "a\n").write("b", "b\n").commitAll("one");
        String blob = user.git("rev-parse", "HEAD:b");
        Files.delete(user.folder.resolve(".git/objects/" + blob.substring(0, 2) + "/" + blob.substring(2)));
        assertThatThrownBy(() -> export(id))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("the content of b is missing");
        assertThat(names(home.resolve("exports"))).isEmpty();
    }

    @Test
    void leavesNothingWhenItIsCancelled() throws Exception {
        CommitId id = user.write("a", "a\n").write("d/b", "b\n").commitAll("one");
        ConfigRepository repository = user.open();
        Cancellation cancelled = new Cancellation();
        cancelled.cancel();
        assertThatThrownBy(() -> repository.export(id, out, cancelled)).isInstanceOf(CancellationException.class);
        assertThat(out).doesNotExist();
    }

    @Test
    void leavesNothingWhenItIsCancelledHalfWay() throws Exception {
        for (int i = 0; i < 2000; i++) {
            user.write("d" + i % 50 + "/f" + i, "content " + i + "\n");
        }
        CommitId id = user.commitAll("many");
        ConfigRepository repository = user.open();
        Path exports = Files.createDirectories(home.resolve("exports"));
        Cancellation cancellation = new Cancellation();
        Thread stop = new Thread(() -> {
            while (!hasBegun(exports)) {
                Thread.onSpinWait();
            }
            cancellation.cancel();
        });
        stop.start();
        assertThatThrownBy(() -> repository.export(id, out, cancellation)).isInstanceOf(CancellationException.class);
        stop.join();
        assertThat(names(exports)).isEmpty();
    }

    /** Whether files are being written already. */
    private static boolean hasBegun(Path exports) {
        try {
            List<String> names = names(exports);
            return !names.isEmpty()
                    && Files.exists(exports.resolve(names.get(0)).resolve("root/d7"));
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void exportsWhatIsStaged() throws Exception {
        user.write("a", "one\n").write("b", "one\n").write("c", "c\n").commitAll("one");
        user.write("a", "two\n").git("add", "a");
        user.write("a", "three\n")
                .write("b", "two\n")
                .write("new", "new\n")
                .write("intended", "i\n")
                .write("empty", "");
        user.git("add", "new", "empty");
        user.git("add", "--intent-to-add", "intended");
        user.git("rm", "-q", "--cached", "c");
        user.in(Files.createDirectories(user.folder.resolve("below"))).open().exportIndex(out, never);
        assertThat(out.resolve("a")).hasContent("two\n");
        assertThat(out.resolve("b")).hasContent("one\n");
        assertThat(names(out)).containsExactlyInAnyOrder("a", "b", "new", "empty");
    }

    @Test
    void exportsAnEmptyIndexAsAnEmptyFolder() throws Exception {
        user.open().exportIndex(out, never);
        assertThat(out).isEmptyDirectory();
    }

    @Test
    void namesTheFilesOfAConflict() throws Exception {
        user.write("a", "one\n").write("b", "one\n").commitAll("one");
        user.git("checkout", "-q", "-b", "side");
        user.write("a", "side\n").commitAll("side");
        user.git("checkout", "-q", "main");
        user.write("a", "main\n").commitAll("main");
        assertThat(user.tryGit("merge", "side").succeeded()).isFalse();
        assertThatThrownBy(() -> user.open().exportIndex(out, never))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("a merge has left conflicts in a;");
        assertThat(user.open().changes(never).modified()).containsExactly("a");
    }

    @Test
    void readsInAHookExactlyWhatIsAboutToBeCommitted() throws Exception {
        user.write("a", "one\n").write("b", "one\n").commitAll("one");
        user.write("a", "two\n").write("b", "two\n");
        hook(user.folder.resolve(".git/hooks/pre-commit"), InsideHook.line("staged", out.toString()));
        // Of a commit of one file, or of all, the index is a file of its own, not the repository's.
        user.git("commit", "-q", "-m", "two", "a");
        assertThat(out.resolve("a")).hasContent("two\n");
        assertThat(out.resolve("b")).hasContent("one\n");
        Path all = home.resolve("exports/all");
        hook(user.folder.resolve(".git/hooks/pre-commit"), InsideHook.line("staged", all.toString()));
        Path below = Files.createDirectories(user.folder.resolve("below"));
        user.in(below).git("commit", "-q", "-a", "-m", "three");
        assertThat(all.resolve("b")).hasContent("two\n");
        assertThat(home.resolve("exports/note")).hasContent("Changes[modified=[b], untracked=[]]");
    }

    @Test
    void readsInAHookOfAWorktree() throws Exception {
        user.write("a", "one\n").commitAll("one");
        user.git("worktree", "add", "-q", home.resolve("second").toString());
        hook(user.folder.resolve(".git/hooks/pre-commit"), InsideHook.line("staged", out.toString()));
        UserGit second = user.in(home.resolve("second"));
        second.write("a", "two\n").git("commit", "-q", "-a", "-m", "two");
        assertThat(out.resolve("a")).hasContent("two\n");
    }

    @Test
    void readsInAHookWhatAPushBringsBeforeItIsAccepted() throws Exception {
        UserGit server = UserGit.init(home, "server.git", "--bare");
        hook(server.folder.resolve("hooks/pre-receive"), InsideHook.line("received", out.toString()));
        CommitId one = user.write("a", "one\n").commitAll("one");
        CommitId two = user.write("a", "two\n").commitAll("two");
        user.git("push", "-q", server.folder.toString(), "main");
        assertThat(out.resolve("a")).hasContent("two\n");
        assertThat(home.resolve("exports/note")).hasContent(one + "\n" + two + "\nOptional.empty\n");
    }

    @Test
    void readsInAHookOfAPushIntoAWorkTree() throws Exception {
        UserGit server = UserGit.init(home.toRealPath(), "server");
        server.git("config", "receive.denyCurrentBranch", "updateInstead");
        hook(server.folder.resolve(".git/hooks/post-receive"), InsideHook.line("received", out.toString()));
        user.write("a", "one\n").commitAll("one");
        CommitId two = user.write("a", "two\n").commitAll("two");
        user.git("push", "-q", server.folder.toString(), "main");
        assertThat(out.resolve("a")).hasContent("two\n");
        assertThat(home.resolve("exports/note")).hasContent(two + "\nOptional[" + server.folder + "]\n");
    }

    @Test
    void stopsAtATreeThatListsMoreThanThereCanBe() throws Exception {
        String tree = user.blob("x");
        for (int level = 0; level < 10; level++) {
            RawTree wide = new RawTree();
            for (int i = 0; i < 10; i++) {
                wide.entry(level == 0 ? PLAIN : "40000", "a-name-" + i, tree);
            }
            tree = user.feed(wide.bytes(), "hash-object", "-t", "tree", "-w", "--stdin");
        }
        CommitId id = new CommitId(user.git("commit-tree", "-m", "bomb", tree));
        assertThatThrownBy(() -> export(id))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("git ls-tree has more to say than 64 MiB");
    }

    @Test
    void refusesFilesThatAreLargeTogether() throws Exception {
        String blob = user.feed(new byte[60 << 20], "hash-object", "-w", "--stdin");
        RawTree tree = new RawTree();
        for (int i = 10; i < 30; i++) {
            tree.entry(PLAIN, "f" + i, blob);
        }
        CommitId id = user.hostile(tree);
        assertThatThrownBy(() -> export(id))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("its files have 1200 MiB together");
    }

    @Test
    void refusesFoldersThatAreTooDeep() throws Exception {
        CommitId id = user.hostile(new RawTree().entry(PLAIN, "d/".repeat(101) + "f", user.blob("x")));
        assertThatThrownBy(() -> export(id))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("in more than 100 folders");
    }

    @Test
    void findsTheIndexThatAHookNamesRelativeToTheTopLevel() throws Exception {
        user.write("a", "one\n").commitAll("one");
        Files.copy(user.folder.resolve(".git/index"), user.folder.resolve(".git/next-index-7.lock"));
        user.write("a", "two\n").git("add", "a");
        Path below = Files.createDirectories(user.folder.resolve("below"));
        user.in(below).with("GIT_INDEX_FILE", ".git/next-index-7.lock").open().exportIndex(out, never);
        assertThat(out.resolve("a")).hasContent("one\n");
    }

    private static void hook(Path file, String script) throws IOException {
        Files.createDirectories(file.resolveSibling(""));
        Files.writeString(file, "#!/bin/sh\n" + script + "\n");
        assertThat(file.toFile().setExecutable(true)).isTrue();
    }
}
