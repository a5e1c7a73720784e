package org.sourceos.gitstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sourceos.gitstore.tree.DirectoryTree;
import org.sourceos.gitstore.tree.FileContent;
import org.sourceos.gitstore.tree.FileEntry;
import org.sourceos.gitstore.tree.FileKind;
import org.sourceos.gitstore.tree.FileMetadata;
import org.sourceos.gitstore.tree.FileTree;
import org.sourceos.gitstore.tree.Ownership;
import org.sourceos.gitstore.tree.TreePath;
import org.sourceos.host.Cancellation;

/** How files come into packs: in parts, in batches, and what of them is compressed. */
class IngestTest {
    private static final int RUN = 15 * 4096;
    /** What is in memory of a file at once. */
    private static final int PART = 69 * RUN;

    private final Cancellation never = new Cancellation();

    @TempDir
    Path directory;

    private BuildCache open() throws StoreException {
        return BuildCache.open(directory.resolve("store"), never);
    }

    private void publish(BuildCache cache, StoredLayer layer) throws StoreException {
        cache.publish(
                new StoreRef(StoreRef.Namespace.LAYERS, "files"),
                Map.of("layer", new Part.Tree(layer.tree())),
                "files",
                Instant.now());
    }

    private Path files(Map<String, byte[]> contents) throws IOException {
        Path folder = Files.createDirectories(directory.resolve("files"));
        for (Map.Entry<String, byte[]> file : contents.entrySet()) {
            Files.write(folder.resolve(file.getKey()), file.getValue());
        }
        return folder;
    }

    private List<Path> packs() throws IOException {
        try (Stream<Path> files = Files.list(directory.resolve("store/.git/objects/pack"))) {
            return files.filter(file -> file.toString().endsWith(".pack")).toList();
        }
    }

    private static FileTree tree(List<FileContent> contents) {
        return visitor -> {
            visitor.entry(new FileEntry(TreePath.ROOT, new FileKind.Directory(), FileMetadata.ofRoot(0755)));
            for (int i = 0; i < contents.size(); i++) {
                visitor.entry(new FileEntry(
                        TreePath.of("f" + i), new FileKind.Regular(contents.get(i)), FileMetadata.ofRoot(0644)));
            }
        };
    }

    /** A content that says of itself what it likes. */
    private record Told(long size, byte[] bytes, boolean lasts) implements FileContent {
        @Override
        public InputStream open() {
            return new ByteArrayInputStream(bytes);
        }
    }

    @Test
    void filesThatTakeSeveralPartsComeBackAndGitComputesTheSameIndexes() throws Exception {
        Map<String, byte[]> contents = new java.util.TreeMap<>();
        for (int size : new int[] {
            0,
            1,
            4095,
            4096,
            4 << 20,
            (4 << 20) + 1,
            PART - 1,
            PART,
            PART + 1,
            PART + 65_535,
            PART + 65_536,
            2 * PART,
            2 * PART + 1
        }) {
            contents.put("f" + size, SampleTrees.bytes(size, size));
        }
        DirectoryTree tree = new DirectoryTree(files(contents), Ownership.ALL_ROOT);
        try (BuildCache cache = open()) {
            StoredLayer layer = cache.ingest(tree, never);
            publish(cache, layer);

            assertThat(SampleTrees.differences(cache.files(layer), tree)).isEmpty();
            assertThat(cache.verify(never)).isEmpty();
            assertThat(Tool.fsck(cache.directory())).isEmpty();
            assertThat(packs()).hasSize(2);
            for (Path pack : packs()) {
                Path index = directory.resolve("again.idx");
                Tool.git(cache.directory(), "index-pack", "--strict", "-o", index.toString(), pack.toString());
                Path ours = pack.resolveSibling(pack.getFileName().toString().replace(".pack", ".idx"));
                assertThat(Files.mismatch(index, ours)).as("%s", ours).isEqualTo(-1);
                Files.delete(index);
            }
        }
    }

    @Test
    void theSmallestFilesOfALayerAreStoredAndThoseOfSourcesCompressed() throws Exception {
        byte[] small = "the same words ".repeat(200).getBytes(StandardCharsets.US_ASCII);
        byte[] larger = "the same words ".repeat(400).getBytes(StandardCharsets.US_ASCII);
        DirectoryTree tree = new DirectoryTree(files(Map.of("small", small, "larger", larger)), Ownership.ALL_ROOT);
        for (boolean source : new boolean[] {false, true}) {
            try (BuildCache cache = BuildCache.open(directory.resolve(source ? "sources" : "layers"), never)) {
                StoredLayer layer = source ? cache.ingestCompressed(tree, never) : cache.ingest(tree, never);
                publish(cache, layer);

                assertThat(onDisk(cache, layer, "small") > small.length).isEqualTo(!source);
                assertThat(onDisk(cache, layer, "larger")).isLessThan(200);
                assertThat(SampleTrees.differences(cache.files(layer), tree)).isEmpty();
                assertThat(Tool.fsck(cache.directory())).isEmpty();
            }
        }
    }

    private static long onDisk(BuildCache cache, StoredLayer layer, String file) throws IOException {
        Path names = Files.writeString(cache.directory().resolve("tmp-names"), layer.tree() + ":root/" + file + "\n");
        try {
            return Long.parseLong(Tool.run(
                            "sh",
                            "-c",
                            "git -c safe.directory='*' -C \"$1\" cat-file --batch-check='%(objectsize:disk)' < \"$2\"",
                            "sh",
                            cache.directory().toString(),
                            names.toString())
                    .strip());
        } finally {
            Files.delete(names);
        }
    }

    @ParameterizedTest
    @CsvSource({"100", "100000", "5000000"})
    @Timeout(60)
    void aFileThatIsLongerOrShorterThanItWasIsRefusedByName(int size) throws Exception {
        try (BuildCache cache = open()) {
            for (int told : new int[] {size - 1, size + 1}) {
                for (boolean lasts : new boolean[] {true, false}) {
                    FileTree tree = tree(List.of(new Told(told, SampleTrees.bytes(size, size), lasts)));

                    assertThatThrownBy(() -> cache.ingest(tree, never))
                            .isInstanceOf(StoreException.class)
                            .hasMessageContaining("f0 changed while it was read: it was " + told + " bytes long");
                }
            }
            assertThat(packs()).isEmpty();
        }
    }

    @Test
    @Timeout(120)
    void moreThanMemoryHoldsCanComeOutOfAStreamAndAFailureEndsIt() throws Exception {
        byte[] bytes = SampleTrees.bytes(7, 1_000_000);
        List<FileContent> contents = new ArrayList<>();
        for (int i = 0; i < 120; i++) {
            contents.add(new Told(bytes.length, bytes, false));
        }
        try (BuildCache cache = open()) {
            StoredLayer layer = cache.ingest(tree(contents), never);
            assertThat(layer.bytes()).isEqualTo(120L * bytes.length);

            contents.add(1, new Told(5, new byte[4], true));
            assertThatThrownBy(() -> cache.ingest(tree(contents), never))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("f1 changed while it was read");
        }
    }

    @Test
    void whatIsThereAsAFileOfItsOwnIsNotPackedAgain() throws Exception {
        Map<String, byte[]> contents = new java.util.TreeMap<>();
        for (int i = 0; i < 3000; i++) {
            contents.put("f" + i, ("content " + i).getBytes(StandardCharsets.US_ASCII));
        }
        Path folder = files(contents);
        try (BuildCache cache = open()) {
            Tool.run(
                    "sh",
                    "-c",
                    "find \"$2\" -type f | git -c safe.directory='*' -C \"$1\" hash-object -w --stdin-paths",
                    "sh",
                    cache.directory().toString(),
                    folder.toString());

            DirectoryTree tree = new DirectoryTree(folder, Ownership.ALL_ROOT);
            publish(cache, cache.ingest(tree, never));

            // Two trees and the manifest.
            assertThat(Tool.git(
                            cache.directory(),
                            "verify-pack",
                            "-v",
                            packs().get(0).toString()))
                    .contains("non delta: 3 objects");
            assertThat(Tool.fsck(cache.directory())).isEmpty();
        }
    }
}
