package org.sourceos.gitstore;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.sourceos.gitstore.erofs.ErofsReader;
import org.sourceos.gitstore.git.CorruptObjectException;
import org.sourceos.gitstore.tree.DirectoryTree;
import org.sourceos.gitstore.tree.FileEntry;
import org.sourceos.gitstore.tree.FileTree;
import org.sourceos.gitstore.tree.ListTree;
import org.sourceos.gitstore.tree.Ownership;
import org.sourceos.host.Cancellation;
import org.sourceos.host.Directories;

class RoundTripPropertyTest {
    private static Path directory = Path.of("/nonexistent");
    private final Cancellation never = new Cancellation();

    @BeforeContainer
    static void makeDirectory() throws Exception {
        directory = Files.createTempDirectory("round-trip");
    }

    @AfterContainer
    static void removeDirectory() throws Exception {
        Directories.remove(directory);
    }

    @Property(tries = 25, shrinking = ShrinkingMode.OFF)
    void anyTreeComesBackFromGitAndFromItsImage(@ForAll long seed) throws Exception {
        List<FileEntry> entries = SampleTrees.random(seed, 60);
        FileTree tree = ListTree.of(entries);
        try (BuildCache cache = BuildCache.open(directory.resolve("store"), never)) {
            StoredLayer layer = cache.ingest(tree, never);

            assertThat(SampleTrees.differences(cache.files(layer), tree)).isEmpty();
            assertThat(layer.files()).isEqualTo(entries.size());
            Path image = cache.erofsImage(layer, never);
            assertThat(SampleTrees.differences(ErofsReader.read(Files.readAllBytes(image)), tree))
                    .isEmpty();
            Path root = cache.checkout(List.of(layer), never);
            long kept = SampleTrees.describe(tree).stream()
                    .filter(line -> !line.matches("\\S* (char|block|fifo) .*"))
                    .count();
            assertThat(SampleTrees.describe(new DirectoryTree(root, Ownership.ALL_ROOT)))
                    .hasSize((int) kept);
        }
    }

    @Property(tries = 300)
    void visAndBackIsTheSame(@ForAll byte[] name) {
        assertThat(Mtree.unvis(Mtree.vis(name))).isEqualTo(name);
        assertThat(Mtree.vis(name)).matches("[!-~]*");
    }

    @Property(tries = 500)
    void escapedNamesComeBackAndStayApart(@ForAll byte[] name) {
        assertThat(GitNames.unescape(GitNames.escape(name))).isEqualTo(name);
        assertThat(GitNames.unescape(GitNames.escape(GitNames.escape(name)))).isEqualTo(GitNames.escape(name));
    }

    @Property(tries = 300)
    void aBrokenManifestIsRefusedOrRead(@ForAll int at, @ForAll byte with, @ForAll int cut) throws Exception {
        byte[] manifest = LayerManifest.write(List.copyOf(SampleTrees.random(3, 0)), content -> Digest.of("x"))
                .concat("./a type=char device=linux,1,3 mode=0666\n./b type=file hardlink=./a xattr.user.x=AAAA\n")
                .getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        manifest[Math.floorMod(at, manifest.length)] = with;
        byte[] broken = java.util.Arrays.copyOf(manifest, manifest.length - Math.floorMod(cut, 20));
        try {
            LayerManifest read = LayerManifest.parse(broken);
            read.lines().values().forEach(RoundTripPropertyTest::use);
        } catch (CorruptObjectException | IllegalArgumentException e) {
            assertThat(e.getMessage()).isNotNull();
        }
    }

    private static void use(Mtree.Line line) {
        line.metadata(0644);
        line.kind();
    }
}
