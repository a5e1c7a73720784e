package org.sourceos.gitstore;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.sourceos.gitstore.erofs.ErofsReader;
import org.sourceos.gitstore.git.CorruptObjectException;
import org.sourceos.gitstore.tree.DirectoryTree;
import org.sourceos.gitstore.tree.FileEntry;
import org.sourceos.gitstore.tree.FileKind;
import org.sourceos.gitstore.tree.FileMetadata;
import org.sourceos.gitstore.tree.FileTree;
import org.sourceos.gitstore.tree.InMemoryContent;
import org.sourceos.gitstore.tree.ListTree;
import org.sourceos.gitstore.tree.Ownership;
import org.sourceos.gitstore.tree.TreePath;
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

    @Property(tries = 25, shrinking = ShrinkingMode.OFF)
    void anyTreeOfLargeFilesComesBackFromAnImageOnPacks(@ForAll long seed) throws Exception {
        Random random = new Random(seed);
        List<FileEntry> entries = new ArrayList<>(SampleTrees.random(seed, 20));
        for (int i = 0; i < 8; i++) {
            // Around whole pages and whole runs of them.
            int size = Math.max(0, 4096 * random.nextInt(40) + random.nextInt(5) - 2);
            entries.add(new FileEntry(
                    TreePath.ROOT.child(("zz-large-" + i).getBytes(StandardCharsets.US_ASCII)),
                    new FileKind.Regular(new InMemoryContent(SampleTrees.bytes(seed + i, size))),
                    FileMetadata.ofRoot(0640)));
        }
        FileTree tree = ListTree.of(entries);
        try (BuildCache cache = BuildCache.open(directory.resolve("store-of-packs"), never)) {
            StoredLayer layer = cache.ingest(tree, never);
            List<Path> disks = cache.disks(List.of(layer), DiskRules.packs(8), never);
            Map<String, byte[]> packs = new TreeMap<>();
            for (Path pack : disks.subList(1, disks.size())) {
                packs.put(PackFile.name(pack), Files.readAllBytes(pack));
            }
            assertThat(SampleTrees.differences(ErofsReader.read(Files.readAllBytes(disks.get(0)), packs), tree))
                    .isEmpty();
            assertThat(SampleTrees.differences(cache.files(layer), tree)).isEmpty();
        }
        assertThat(Tool.fsck(directory.resolve("store-of-packs"))).isEmpty();
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
        byte[] written = LayerManifest.write(List.copyOf(SampleTrees.random(3, 0)), content -> Digest.of("x"))
                .content();
        byte[] manifest = new String(written, StandardCharsets.US_ASCII)
                .concat("./a type=char device=linux,1,3 mode=0666\n./b type=file hardlink=./a xattr.user.x=AAAA\n")
                .getBytes(StandardCharsets.US_ASCII);
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
