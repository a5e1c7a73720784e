package org.sourceos.gitstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sourceos.gitstore.tree.FileEntry;
import org.sourceos.gitstore.tree.FileKind;
import org.sourceos.gitstore.tree.FileMetadata;
import org.sourceos.gitstore.tree.FileTree;
import org.sourceos.gitstore.tree.ListTree;
import org.sourceos.gitstore.tree.TreePath;
import org.sourceos.host.Cancellation;

class BuildCacheTest {
    static final Instant WHEN = Instant.parse("2026-01-02T03:04:05Z");
    private static final StoreRef HELLO = new StoreRef(StoreRef.Namespace.LAYERS, "hello-123");

    private final Cancellation never = new Cancellation();

    @TempDir
    Path directory;

    private BuildCache open() throws StoreException {
        return BuildCache.open(directory.resolve("store"), never);
    }

    static StoredItem publish(BuildCache cache, StoreRef ref, StoredLayer layer) throws StoreException {
        return cache.publish(ref, Map.of("layer", new Part.Tree(layer.tree())), "Build it\n\nbecause", WHEN);
    }

    @Test
    void aLayerComesBackWithEverythingItHad() throws Exception {
        try (BuildCache cache = open()) {
            StoredLayer layer = cache.ingest(SampleTrees.everything(), never);

            assertThat(SampleTrees.differences(cache.files(layer), SampleTrees.everything()))
                    .isEmpty();
            assertThat(cache.layer(layer.tree())).isEqualTo(layer);
        }
    }

    @Test
    void plainGitReadsTheStoreAndFindsNothingWrong() throws Exception {
        try (BuildCache cache = open()) {
            StoredLayer layer = cache.ingest(SampleTrees.everything(), never);
            StoredItem item = publish(cache, HELLO, layer);
            Path store = cache.directory();

            assertThat(Tool.fsck(store)).isEmpty();
            assertThat(Tool.git(store, "log", "--format=%H %an <%ae> %at %s", HELLO.fullName()))
                    .isEqualTo(
                            item.commit() + " SourceOS <sourceos@localhost> " + WHEN.getEpochSecond() + " Build it\n");
            assertThat(Tool.git(store, "ls-tree", "-r", HELLO.fullName(), "layer/root/bin"))
                    .contains("100755 blob", "layer/root/bin/tool");
            assertThat(Tool.git(store, "cat-file", "blob", HELLO.fullName() + ":layer/root/etc/passwd"))
                    .isEqualTo("root\n");
            Path clone = directory.resolve("clone");
            Tool.git(
                    store,
                    "-c",
                    "fetch.fsckObjects=true",
                    "-c",
                    "transfer.fsckObjects=true",
                    "clone",
                    "--quiet",
                    "--mirror",
                    "file://" + store,
                    clone.toString());
            assertThat(Tool.git(clone, "rev-parse", HELLO.fullName()).strip())
                    .isEqualTo(item.commit().hex());
        }
    }

    @Test
    void gitSaysNothingOfItsOwnOnAnyCommand() throws Exception {
        try (BuildCache cache = open()) {
            publish(cache, HELLO, cache.ingest(SampleTrees.everything(), never));

            assertThat(Tool.tryRun("git", "-C", cache.directory().toString(), "show-ref")
                            .stderrTail())
                    .isEmpty();
        }
    }

    @Test
    void theManifestNamesOnlyExceptions() throws Exception {
        try (BuildCache cache = open()) {
            FileTree tree = ListTree.builder()
                    .file("bin/plain", 0755, "a")
                    .file("etc/plain", 0644, "b")
                    .symlink("link", "to")
                    .file("bin/su", 04755, "c")
                    .build();

            StoredLayer layer = cache.ingest(tree, never);

            assertThat(cache.read(layer.tree(), "manifest").map(b -> new String(b, StandardCharsets.UTF_8)))
                    .hasValue("#mtree\n# sourceos-layer 1\n# sha256 " + layer.digest()
                            + "\n# files 7\n# bytes 3\n./bin/su type=file mode=04755\n");
        }
    }

    @Test
    void orderOfEntriesAndOfHardLinksDoesNotMatter() throws Exception {
        List<FileEntry> entries = new ArrayList<>();
        SampleTrees.everything().visit(entries::add);
        List<FileEntry> reversed = new ArrayList<>(entries);
        // Folders first, by depth; then all the rest backwards.
        reversed.sort(Comparator.comparing(FileEntry::path).reversed());
        reversed.sort(Comparator.comparingInt(e -> e.kind() instanceof FileKind.Directory ? depth(e.path()) : 9999));

        try (BuildCache cache = open();
                BuildCache other = BuildCache.open(directory.resolve("other"), never)) {
            StoredLayer layer = cache.ingest(visitor -> visitAll(entries, visitor), never);

            assertThat(other.ingest(visitor -> visitAll(reversed, visitor), never))
                    .isEqualTo(layer);
        }
    }

    private static void visitAll(List<FileEntry> entries, FileTree.Visitor visitor) throws IOException {
        for (FileEntry entry : entries) {
            visitor.entry(entry);
        }
    }

    private static int depth(TreePath path) {
        return path.isRoot() ? 0 : 1 + depth(path.parent());
    }

    @Test
    void storingTheSameAgainWritesNothing() throws Exception {
        try (BuildCache cache = open()) {
            StoredLayer layer = cache.ingest(SampleTrees.everything(), never);
            long before = packBytes(cache);

            assertThat(cache.ingest(cache.files(layer), never)).isEqualTo(layer);
            assertThat(packBytes(cache)).isEqualTo(before);
        }
    }

    private static long packBytes(BuildCache cache) throws IOException {
        try (Stream<Path> files = Files.list(cache.directory().resolve(".git/objects/pack"))) {
            return files.mapToLong(file -> file.toFile().length()).sum();
        }
    }

    @Test
    void aPublishedRefHasItsFormerValueAsParent() throws Exception {
        try (BuildCache cache = open()) {
            StoredLayer layer = cache.ingest(SampleTrees.everything(), never);
            StoredItem first = publish(cache, HELLO, layer);
            StoredItem second = cache.publish(
                    HELLO,
                    Map.of("layers/00-a", new Part.Tree(layer.tree()), "x.json", new Part.Document(new byte[] {'1'})),
                    "Again",
                    WHEN.plusSeconds(1));

            assertThat(cache.find(HELLO)).hasValue(second);
            assertThat(cache.list(StoreRef.Namespace.LAYERS)).containsExactly(second);
            assertThat(cache.refs(StoreRef.Namespace.LAYERS)).containsExactly(HELLO);
            assertThat(cache.list(StoreRef.Namespace.VMS)).isEmpty();
            assertThat(cache.subtree(second.tree(), "layers/00-a")).hasValue(layer.tree());
            assertThat(cache.subtree(second.tree(), "layers/01")).isEmpty();
            assertThat(cache.read(second.tree(), "x.json")).hasValue(new byte[] {'1'});
            assertThat(cache.read(second.tree(), "x.json/y")).isEmpty();
            assertThat(Tool.git(cache.directory(), "rev-list", HELLO.fullName()))
                    .isEqualTo(second.commit() + "\n" + first.commit() + "\n");
        }
    }

    @Test
    void whatGitRepackedAndPackedIsReadTheSame() throws Exception {
        StoredLayer layer;
        StoredItem item;
        try (BuildCache cache = open()) {
            layer = cache.ingest(SampleTrees.everything(), never);
            item = publish(cache, HELLO, layer);
            Tool.git(cache.directory(), "repack", "-adfq", "--depth=50", "--window=50");
            Tool.git(cache.directory(), "pack-refs", "--all");
            Tool.git(cache.directory(), "prune-packed");

            assertThat(SampleTrees.describe(cache.files(layer))).hasSize((int) layer.files());
        }
        try (BuildCache cache = open()) {
            assertThat(cache.find(HELLO)).hasValue(item);
            assertThat(cache.list(StoreRef.Namespace.LAYERS)).containsExactly(item);
            assertThat(SampleTrees.differences(cache.files(layer), SampleTrees.everything()))
                    .isEmpty();
            assertThat(cache.ingest(SampleTrees.everything(), never)).isEqualTo(layer);
            assertThat(cache.verify(never)).isEmpty();
        }
    }

    @Test
    void refusesToPublishATreeThatIsNotThere() throws Exception {
        try (BuildCache cache = open()) {
            StoredLayer absent = new StoredLayer(new ObjectName("1".repeat(40)), Digest.of("x"), 1, 1);

            assertThatThrownBy(() -> publish(cache, HELLO, absent))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("is not in this store");
            assertThat(cache.find(HELLO)).isEmpty();
        }
    }

    @Test
    void refusesTreesThatAreNone() throws Exception {
        try (BuildCache cache = open()) {
            FileEntry orphan = SampleTrees.entry("a/b", SampleTrees.file("x"), FileMetadata.ofRoot(0644));
            FileEntry link =
                    SampleTrees.entry("l", new FileKind.HardLink(TreePath.of("gone")), FileMetadata.ofRoot(0644));

            assertThatThrownBy(() -> cache.ingest(visitor -> visitor.entry(orphan), never))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("a/b");
            assertThatThrownBy(() -> cache.ingest(ListTree.of(List.of(link)), never))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("hard link");
            assertThatThrownBy(() -> cache.ingest(
                            visitor -> {
                                throw new IOException("the disk is on fire");
                            },
                            never))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("the disk is on fire");
            assertThat(packBytes(cache)).isZero();
        }
    }

    @Test
    void aDamagedBlobIsNoticedByWhoeverReadsIt() throws Exception {
        try (BuildCache cache = open()) {
            StoredLayer layer = cache.ingest(
                    ListTree.builder()
                            .file("data", 0644, SampleTrees.bytes(1, 200_000))
                            .build(),
                    never);
            publish(cache, HELLO, layer);
            assertThat(cache.verify(never)).isEmpty();
            Path pack;
            try (Stream<Path> files = Files.list(cache.directory().resolve(".git/objects/pack"))) {
                pack = files.filter(f -> f.toString().endsWith(".keep"))
                        .map(keep -> keep.resolveSibling(
                                keep.getFileName().toString().replace(".keep", ".pack")))
                        .findFirst()
                        .orElseThrow();
            }
            byte[] bytes = Files.readAllBytes(pack);
            bytes[50_000] ^= 1;
            Tool.run("chmod", "u+w", pack.toString());
            Files.write(pack, bytes);

            assertThatThrownBy(() -> cache.erofsImage(layer, never))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("damaged");
            assertThat(cache.verify(never))
                    .hasSize(2)
                    .anySatisfy(
                            finding -> assertThat(finding.toString()).contains(pack.toString(), "checksum", "--repair"))
                    .anySatisfy(finding -> assertThat(finding.toString()).contains(HELLO.fullName(), "damaged"));
        }
    }

    @Test
    void nothingTemporaryStays() throws Exception {
        try (BuildCache cache = open()) {
            StoredLayer layer = cache.ingest(SampleTrees.everything(), never);
            publish(cache, HELLO, layer);
            cache.erofsImage(layer, never);
            cache.checkout(List.of(layer), never);
        }
        try (Stream<Path> files = Files.list(directory.resolve("store/tmp"))) {
            assertThat(files).isEmpty();
        }
    }

    @Test
    void usageTellsWhatARefAloneHolds() throws Exception {
        try (BuildCache cache = open()) {
            StoredLayer a = cache.ingest(
                    ListTree.builder()
                            .file("shared", 0644, new byte[10_000])
                            .file("a", 0644, new byte[500])
                            .build(),
                    never);
            StoredLayer b = cache.ingest(
                    ListTree.builder()
                            .file("shared", 0644, new byte[10_000])
                            .file("b", 0644, new byte[700])
                            .build(),
                    never);
            publish(cache, HELLO, a);
            publish(cache, new StoreRef(StoreRef.Namespace.LAYERS, "other"), b);

            StoreUsage usage = cache.usage(never);

            assertThat(usage.refs()).hasSize(2);
            assertThat(usage.refs().get(0).logicalBytes()).isBetween(10_500L, 11_500L);
            assertThat(usage.refs().get(0).uniqueBytes()).isBetween(500L, 1_500L);
            assertThat(usage.repositoryBytes()).isPositive();
        }
    }
}
