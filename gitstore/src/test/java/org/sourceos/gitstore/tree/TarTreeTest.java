package org.sourceos.gitstore.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sourceos.gitstore.BuildCache;
import org.sourceos.gitstore.SampleTrees;
import org.sourceos.gitstore.StoredLayer;
import org.sourceos.gitstore.Tool;
import org.sourceos.host.Cancellation;
import org.sourceos.host.posix.Posix;

class TarTreeTest {
    @TempDir
    Path directory;

    /** A directory with what needs no root to make. */
    private Path sample() throws IOException {
        Path root = Files.createDirectory(directory.resolve("root"));
        byte[] at = Posix.bytes(root);
        Files.writeString(root.resolve("plain"), "plain");
        Files.writeString(root.resolve("x".repeat(150)), "long name");
        Files.createDirectories(root.resolve("d/" + "y".repeat(120) + "/" + "z".repeat(120)));
        Files.createSymbolicLink(root.resolve("link"), Path.of("l".repeat(160)));
        Files.createLink(root.resolve("hard"), root.resolve("plain"));
        byte[] latin = {'c', 'a', 'f', (byte) 0xe9};
        Posix.symlink(latin, Posix.resolve(at, latin));
        Posix.makeNode(Posix.resolve(at, SampleTrees.bytes("fifo")), 0010644, 0, 0);
        Posix.setXattrs(
                Posix.resolve(at, SampleTrees.bytes("plain")),
                Map.of("user.binary", new byte[] {0, (byte) 0xff, 10, 61}));
        if (Tool.isRoot()) {
            Posix.makeNode(Posix.resolve(at, SampleTrees.bytes("null")), 0020666, 1, 3);
            Posix.makeNode(Posix.resolve(at, SampleTrees.bytes("big")), 0060600, 259, 70000);
            Files.writeString(root.resolve("ping"), "ping");
            Tool.run("setcap", "cap_net_raw+ep", root.resolve("ping").toString());
            Posix.changeOwner(Posix.resolve(at, SampleTrees.bytes("x".repeat(150))), 70000, 3_000_000);
            Posix.chmod(Posix.resolve(at, SampleTrees.bytes("x".repeat(150))), 06755);
        }
        return root;
    }

    @ParameterizedTest
    @CsvSource({"pax,--xattrs", "gnu,--no-xattrs", "ustar,--no-xattrs"})
    void whatTarPackedIsReadAsItWas(String format, String xattrs) throws Exception {
        Path root = sample();
        if (format.equals("ustar")) {
            Files.delete(root.resolve("link"));
            Files.delete(root.resolve("x".repeat(150)));
            Workspaces.remove(root.resolve("d"));
        }
        if (xattrs.equals("--no-xattrs")) {
            Files.deleteIfExists(root.resolve("ping"));
            Files.deleteIfExists(root.resolve("hard"));
            Files.delete(root.resolve("plain"));
        }
        Path archive = directory.resolve("a.tar");
        Tool.run(
                "tar",
                "--format=" + format,
                xattrs,
                "--xattrs-include=*",
                "--numeric-owner",
                "-cf",
                archive.toString(),
                "-C",
                root.toString(),
                ".");

        assertThat(SampleTrees.differences(TarTree.of(archive), new DirectoryTree(root, Ownership.AS_IS)))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "bzip2", "xz", "zstd"})
    void compressionIsFoundOutFromTheFirstBytes(String program) throws Exception {
        assumeTrue(Tool.isInstalled(program), program + " is not installed");
        Path root = Files.createDirectory(directory.resolve("r"));
        Files.write(root.resolve("file"), SampleTrees.bytes(1, 100_000));
        Path archive = directory.resolve("a.tar.compressed");
        Tool.run("tar", "-I", program, "-cf", archive.toString(), "-C", root.toString(), ".");

        assertThat(SampleTrees.differences(TarTree.of(archive), new DirectoryTree(root, Ownership.AS_IS)))
                .isEmpty();
    }

    @Test
    void aBaseLayerGoesStraightIntoTheStore() throws Exception {
        Path root = sample();
        Path archive = directory.resolve("a.tar");
        Tool.run(
                "tar",
                "--format=pax",
                "--xattrs",
                "--xattrs-include=*",
                "-cf",
                archive.toString(),
                "-C",
                root.toString(),
                ".");
        Cancellation never = new Cancellation();
        try (BuildCache cache = BuildCache.open(directory.resolve("store"), never)) {
            StoredLayer fromTar = cache.ingest(TarTree.of(archive), never);

            assertThat(cache.ingest(new DirectoryTree(root, Ownership.AS_IS), never))
                    .isEqualTo(fromTar);
        }
    }

    @Test
    void foldersNobodyNamedAreAddedAndLateOnesReplaceThem() throws Exception {
        byte[] archive = new TarBytes()
                .entry("a/b/c", '0', "", "x")
                .entry("a/", '5', "", "")
                .end();
        ListTree expected =
                ListTree.builder().directory("a", 0700).file("a/b/c", 0700, "x").build();

        assertThat(SampleTrees.differences(tree(archive), expected)).isEmpty();
    }

    @Test
    void refusesWhatCouldLeaveItsPlace() {
        refuses("absolute", new TarBytes().entry("/etc/passwd", '0', "", "x"));
        refuses("leaves the archive", new TarBytes().entry("a/../../b", '0', "", "x"));
        refuses("no folder", new TarBytes().entry("a", '2', "/etc", "").entry("a/passwd", '0', "", "x"));
        refuses("no folder", new TarBytes().entry("a", '0', "", "x").entry("a/b", '0', "", "x"));
        refuses("two entries", new TarBytes().entry("a", '0', "", "x").entry("a", '0', "", "y"));
        refuses("two entries", new TarBytes().entry("a", '5', "", "").entry("a", '2', "/", ""));
        refuses("no file that came before", new TarBytes().entry("a", '1', "b", ""));
        refuses("leaves the archive", new TarBytes().entry("a", '1', "../b", ""));
        refuses("type 'S'", new TarBytes().entry("a", 'S', "", "x"));
    }

    @Test
    void refusesWhatUnpacksToTooMuch() {
        TarBytes many = new TarBytes();
        for (int i = 0; i < 20; i++) {
            many.entry("f" + i, '0', "", "0123456789");
        }
        byte[] archive = many.end();

        assertThatThrownBy(() ->
                        read(new TarTree("bomb", () -> new ByteArrayInputStream(archive), new TarLimits(10, 1000))))
                .hasMessageContaining("unpacks to more than 10 files");
        assertThatThrownBy(() ->
                        read(new TarTree("bomb", () -> new ByteArrayInputStream(archive), new TarLimits(100, 100))))
                .hasMessageContaining("unpacks to more than");
    }

    @Test
    void refusesWhatIsNoArchive() {
        assertThatThrownBy(() -> read(tree("<html>not found</html>".repeat(100).getBytes(StandardCharsets.UTF_8))))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no tar archive");
        byte[] whole = new TarBytes().entry("a", '0', "", "x".repeat(5000)).end();
        assertThatThrownBy(() -> read(tree(Arrays.copyOf(whole, 2000))))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("cut short");
    }

    @Test
    void damagedArchivesGiveErrorsAndNothingElse() throws Exception {
        Path root = sample();
        for (String compression : List.of("", "gzip", "bzip2", "xz", "zstd")) {
            Path archive = directory.resolve("fuzz" + compression);
            List<String> argv =
                    new java.util.ArrayList<>(List.of("tar", "--format=pax", "--xattrs", "-cf", archive.toString()));
            if (!compression.isEmpty()) {
                if (!Tool.isInstalled(compression)) {
                    continue;
                }
                argv.addAll(List.of("-I", compression));
            }
            argv.addAll(List.of("-C", root.toString(), "."));
            Tool.run(argv.toArray(String[]::new));
            byte[] bytes = Files.readAllBytes(archive);
            Random random = new Random(4);
            for (int i = 0; i < 300; i++) {
                byte[] broken =
                        Arrays.copyOf(bytes, random.nextInt(3) == 0 ? random.nextInt(bytes.length) : bytes.length);
                for (int k = random.nextInt(4); k >= 0 && broken.length > 0; k--) {
                    broken[random.nextInt(Math.min(broken.length, 6000))] = (byte) random.nextInt();
                }
                try {
                    read(tree(broken));
                } catch (IOException e) {
                    assertThat(e.getMessage()).isNotNull();
                }
            }
        }
    }

    private static TarTree tree(byte[] archive) {
        return new TarTree("a.tar", () -> new ByteArrayInputStream(archive), TarLimits.DEFAULT);
    }

    private static void read(FileTree tree) throws IOException {
        tree.visit(entry -> {
            if (entry.kind() instanceof FileKind.Regular regular) {
                regular.content().open().transferTo(java.io.OutputStream.nullOutputStream());
            }
        });
    }

    private static void refuses(String why, TarBytes archive) {
        assertThatThrownBy(() -> read(tree(archive.end())))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("the archive a.tar is refused")
                .hasMessageContaining(why);
    }

    /** Writes archives that no tar would. */
    private static final class TarBytes {
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();

        TarBytes entry(String name, char type, String link, String content) {
            byte[] block = new byte[512];
            put(block, 0, name);
            put(block, 100, "0000700\0");
            put(block, 108, "0000000\0");
            put(block, 116, "0000000\0");
            put(block, 124, String.format("%011o\0", content.length()));
            put(block, 136, "00000000000\0");
            put(block, 148, "        ");
            block[156] = (byte) type;
            put(block, 157, link);
            put(block, 257, "ustar\00000");
            int sum = 0;
            for (byte b : block) {
                sum += Byte.toUnsignedInt(b);
            }
            put(block, 148, String.format("%06o\0 ", sum));
            out.writeBytes(block);
            out.writeBytes(Arrays.copyOf(SampleTrees.bytes(content), (content.length() + 511) / 512 * 512));
            return this;
        }

        private static void put(byte[] block, int at, String text) {
            byte[] bytes = SampleTrees.bytes(text);
            System.arraycopy(bytes, 0, block, at, bytes.length);
        }

        byte[] end() {
            out.writeBytes(new byte[1024]);
            return out.toByteArray();
        }
    }

    private static final class Workspaces {
        static void remove(Path path) throws IOException {
            Tool.run("rm", "-r", path.toString());
        }
    }

    @Test
    void selectionAndOverlayKeepLinksWhole() throws Exception {
        TreeMap<String, byte[]> none = new TreeMap<>();
        FileMetadata plain = new FileMetadata(0644, 0, 0, none);
        ListTree source = ListTree.builder()
                .directory("d", 0700)
                .file("d/a", 0644, "linked")
                .entry(new FileEntry(TreePath.of("d/b"), new FileKind.HardLink(TreePath.of("d/a")), plain))
                .entry(new FileEntry(TreePath.of("z"), new FileKind.HardLink(TreePath.of("d/a")), plain))
                .file("other", 0644, "other")
                .build();
        ListTree expected = ListTree.builder()
                .directory("d", 0700)
                .file("d/b", 0644, "linked")
                .entry(new FileEntry(TreePath.of("z"), new FileKind.HardLink(TreePath.of("d/b")), plain))
                .build();

        assertThat(SampleTrees.differences(
                        new SelectedTree(
                                source,
                                e -> e.path().equals(TreePath.of("d/b"))
                                        || e.path().equals(TreePath.of("z"))),
                        expected))
                .isEmpty();

        ListTree top = ListTree.builder()
                .file("d/a", 0600, "top")
                .symlink("other", "d")
                .build();
        ListTree merged = ListTree.builder()
                .file("d/a", 0600, "top")
                .file("d/b", 0644, "linked")
                .entry(new FileEntry(TreePath.of("z"), new FileKind.HardLink(TreePath.of("d/b")), plain))
                .symlink("other", "d")
                .build();
        assertThat(SampleTrees.differences(new OverlayTree(List.of(top, source)), merged))
                .isEmpty();
    }
}
