package org.sourceos.gitstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.sourceos.gitstore.git.GitObjects;
import org.sourceos.gitstore.git.GitTree;
import org.sourceos.gitstore.git.ObjectType;
import org.sourceos.gitstore.git.PackWriter;
import org.sourceos.host.Cancellation;

/** Layers as somebody would make them who wants to do harm, and which git has nothing against. */
@Timeout(60)
class HostileLayersTest {
    private static final int FUZZED = 300;
    private static final String HEADER = "#mtree\n# sourceos-layer 1\n# sha256 " + "0".repeat(64) + "\n# files ";

    private final Cancellation never = new Cancellation();

    @TempDir
    Path directory;

    private Path quarantine;
    private PackWriter writer;

    @BeforeEach
    void begin() throws Exception {
        quarantine = directory.resolve("quarantine");
        Files.createDirectories(quarantine.resolve("pack"));
        writer = new PackWriter(
                new GitObjects(quarantine),
                quarantine.resolve("pack"),
                Files.createDirectories(directory.resolve("temporary")));
    }

    private ObjectName put(ObjectType type, byte[] content) throws Exception {
        ObjectName name = PackWriter.name(type, content);
        writer.add(type, content);
        return name;
    }

    private GitTree.Entry entry(int mode, byte[] name, byte[] content) throws Exception {
        return new GitTree.Entry(mode, name, put(ObjectType.BLOB, content));
    }

    private ObjectName tree(List<GitTree.Entry> entries) throws Exception {
        return put(ObjectType.TREE, new GitTree(entries).encode());
    }

    private ObjectName layer(ObjectName root, String manifest) throws Exception {
        return tree(List.of(
                entry(GitTree.FILE, bytes("manifest"), bytes(manifest)),
                new GitTree.Entry(GitTree.DIRECTORY, bytes("root"), root)));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static byte[] escaped(String name) {
        return bytes(".sourceos-escaped." + HexFormat.of().formatHex(bytes(name)));
    }

    /** What is said of a layer that has arrived, and, taken over all the same, of its folder. */
    private String problem(ObjectName layer) throws Exception {
        writer.finish();
        writer.close();
        try (BuildCache cache = BuildCache.open(directory.resolve("store"), never)) {
            String problem;
            try (ReceivedObjects received = cache.received(quarantine)) {
                problem = received.problemOfLayer(layer, never).orElse("");
            }
            cache.adopt(quarantine.resolve("pack"), never);
            assertThatThrownBy(() -> cache.checkout(List.of(new StoredLayer(layer, Digest.of(""), 1, 1)), never))
                    .isInstanceOf(StoreException.class);
            return problem;
        }
    }

    @Test
    void aNameThatLeadsThroughALinkIsRefused() throws Exception {
        Path outside = Files.createDirectory(directory.resolve("outside"));
        ObjectName root = tree(List.of(
                entry(GitTree.SYMLINK, escaped("ma~"), bytes(outside.toString())),
                entry(GitTree.FILE, escaped("ma~/evil"), bytes("evil"))));
        String problem = problem(layer(root, HEADER + "3\n# bytes 4\n"));
        assertThat(problem).contains("a name with a slash in it");
        try (Stream<Path> files = Files.list(outside)) {
            assertThat(files).isEmpty();
        }
    }

    @Test
    void aNameThatIsThereTwiceIsRefused() throws Exception {
        Path outside = Files.createDirectory(directory.resolve("outside"));
        ObjectName inside = tree(List.of(entry(GitTree.FILE, bytes("evil"), bytes("evil"))));
        ObjectName root = tree(List.of(
                entry(GitTree.SYMLINK, bytes("ma~"), bytes(outside.toString())),
                new GitTree.Entry(GitTree.DIRECTORY, escaped("ma~"), inside)));
        String problem = problem(layer(root, HEADER + "3\n# bytes 4\n"));
        assertThat(problem).contains("two entries for ma~");
        try (Stream<Path> files = Files.list(outside)) {
            assertThat(files).isEmpty();
        }
    }

    @Test
    void aFewTreesThatAreMillionsOfFilesAreRefused() throws Exception {
        ObjectName root = tree(List.of(entry(GitTree.FILE, bytes("file"), bytes(""))));
        for (int level = 0; level < 6; level++) {
            List<GitTree.Entry> entries = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                entries.add(new GitTree.Entry(GitTree.DIRECTORY, bytes("d" + i), root));
            }
            root = tree(entries);
        }
        assertThat(problem(layer(root, HEADER + "5\n# bytes 0\n"))).contains("more entries than the 5 of its manifest");
    }

    @Test
    void aManifestThatPromisesTooManyFilesIsRefused() throws Exception {
        ObjectName root = tree(List.of());
        assertThat(problem(layer(root, HEADER + Long.MAX_VALUE + "\n# bytes 0\n")))
                .contains("said to have " + Long.MAX_VALUE);
    }

    @Test
    void foldersThatAreTooDeepAreRefused() throws Exception {
        ObjectName root = tree(List.of(entry(GitTree.FILE, bytes("file"), bytes(""))));
        for (int level = 0; level < 10_000; level++) {
            root = tree(List.of(new GitTree.Entry(GitTree.DIRECTORY, bytes("d"), root)));
        }
        assertThat(problem(layer(root, HEADER + "20000\n# bytes 0\n"))).contains("folders in folders");
    }

    /** Whatever it is, something is said of it, and nothing else happens. */
    @Test
    void anythingIsRefusedWithAReason() throws Exception {
        Random random = new Random(28);
        List<ObjectName> layers = new ArrayList<>();
        for (int i = 0; i < FUZZED; i++) {
            List<GitTree.Entry> entries = new ArrayList<>();
            for (int j = random.nextInt(4); j >= 0; j--) {
                int[] modes = {GitTree.FILE, GitTree.EXECUTABLE, GitTree.SYMLINK, GitTree.DIRECTORY, 0160000, 0, 0777};
                String[] names = {
                    "a", "..", ".git", "a/b", "\u0080", ".sourceos-escaped.", ".sourceos-escaped.2e", "b\n"
                };
                int mode = modes[random.nextInt(modes.length)];
                byte[] content = new byte[random.nextInt(40)];
                random.nextBytes(content);
                ObjectName object = put(random.nextBoolean() ? ObjectType.BLOB : ObjectType.TREE, content);
                entries.add(new GitTree.Entry(mode, bytes(names[random.nextInt(names.length)]), object));
            }
            byte[] manifest = bytes(HEADER + "3\n# bytes 4\n./a type=file mode=0644\n./b type=link link=a uid=7\n");
            for (int j = random.nextInt(6); j > 0; j--) {
                manifest[HEADER.length() + random.nextInt(manifest.length - HEADER.length())] =
                        (byte) random.nextInt(256);
            }
            layers.add(layer(tree(entries), new String(manifest, StandardCharsets.ISO_8859_1)));
        }
        writer.finish();
        writer.close();
        try (BuildCache cache = BuildCache.open(directory.resolve("store"), never);
                ReceivedObjects received = cache.received(quarantine)) {
            for (ObjectName layer : layers) {
                assertThat(received.problemOfLayer(layer, never)).isPresent();
            }
        }
    }
}
