package org.sourceos.gitstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sourceos.gitstore.tree.FileTree;
import org.sourceos.gitstore.tree.ListTree;
import org.sourceos.host.Cancellation;
import org.sourceos.host.Command;
import org.sourceos.host.Directories;
import org.sourceos.host.ProcessResult;
import org.sourceos.host.ProcessRunner;

class HostileDiskTest {
    private final Cancellation never = new Cancellation();

    @TempDir
    Path directory;

    private static FileTree noise(int mib) {
        ListTree.Builder tree = ListTree.builder();
        for (int i = 0; i < mib; i++) {
            byte[] bytes = new byte[1 << 20];
            new Random(i).nextBytes(bytes);
            tree.file("noise" + i, 0644, bytes);
        }
        return tree.build();
    }

    /** A small tmpfs at {@code disk}; skips the test where it cannot be mounted. */
    private Path smallDisk(String options) throws Exception {
        Path disk = Files.createDirectory(directory.resolve("disk"));
        assumeTrue(
                Tool.tryRun("mount", "-t", "tmpfs", "-o", options, "tmpfs", disk.toString())
                        .succeeded(),
                "mounting a tmpfs is not permitted here");
        return disk;
    }

    @Test
    void aFullDiskIsSaidAndLeavesTheStoreAsItWas() throws Exception {
        Path disk = smallDisk("size=12m");
        try (BuildCache cache = BuildCache.open(disk.resolve("store"), never)) {
            StoredLayer small = cache.ingest(noise(2), never);
            StoreRef ref = new StoreRef(StoreRef.Namespace.LAYERS, "small");
            BuildCacheTest.publish(cache, ref, small);

            assertThatThrownBy(() -> cache.ingest(noise(20), never))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("is full")
                    .hasMessageContaining(disk.toString());

            assertThat(Tool.fsck(disk.resolve("store"))).isEmpty();
            assertThat(cache.find(ref)).isPresent();
            try (Stream<Path> begun = Files.list(disk.resolve("store/tmp"))) {
                assertThat(begun.flatMap(HostileDiskTest::inside).filter(f -> !f.endsWith("lock")))
                        .isEmpty();
            }
            // What was written of the large one is gone again, so there is room.
            assertThat(cache.ingest(noise(3), never).files()).isEqualTo(4);
            Files.write(disk.resolve("ballast"), new byte[7 << 20]);
            assertThatThrownBy(() -> cache.erofsImage(cache.ingest(noise(3), never), never))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("is full");
            assertThatThrownBy(() -> cache.checkout(List.of(cache.ingest(noise(3), never)), never))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("is full");
            assertThat(cache.verify(never)).isEmpty();
        } finally {
            Tool.run("umount", disk.toString());
        }
    }

    private static Stream<Path> inside(Path folder) {
        try {
            return Files.list(folder);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void aReadOnlyStoreIsReadAndSaysWhyItIsNotWritten() throws Exception {
        Path disk = smallDisk("size=32m");
        try {
            StoredLayer layer;
            Path image;
            StoreRef ref = new StoreRef(StoreRef.Namespace.LAYERS, "small");
            try (BuildCache cache = BuildCache.open(disk.resolve("store"), never)) {
                layer = cache.ingest(noise(1), never);
                BuildCacheTest.publish(cache, ref, layer);
                image = cache.erofsImage(layer, never);
            }
            Tool.run("mount", "-o", "remount,ro", disk.toString());
            try (BuildCache cache = BuildCache.open(disk.resolve("store"), never)) {
                assertThat(cache.find(ref)).isPresent();
                assertThat(cache.erofsImage(layer, never)).isEqualTo(image);
                assertThat(SampleTrees.differences(cache.files(layer), noise(1)))
                        .isEmpty();
                assertThatThrownBy(() -> cache.ingest(noise(1), never))
                        .isInstanceOf(StoreException.class)
                        .hasMessageContaining("read-only")
                        .hasMessageContaining("--store");
            }
        } finally {
            Tool.run("umount", disk.toString());
        }
    }

    /** Run by the next test as somebody else: stores, publishes and materialises in a store of its own. */
    public static final class Ordinary {
        public static void main(String[] arguments) throws Exception {
            Cancellation never = new Cancellation();
            Path own = Path.of(arguments[0]);
            try (BuildCache cache = BuildCache.open(own, never)) {
                StoredLayer layer = cache.ingest(SampleTrees.everything(), never);
                BuildCacheTest.publish(cache, new StoreRef(StoreRef.Namespace.LAYERS, "x"), layer);
                cache.erofsImage(layer, never);
                cache.checkout(List.of(layer), never);
                if (!SampleTrees.differences(cache.files(layer), SampleTrees.everything())
                                .isEmpty()
                        || !cache.verify(never).isEmpty()) {
                    throw new AssertionError("not the same");
                }
                System.out.println(layer.tree());
            }
            try (BuildCache others = BuildCache.open(Path.of(arguments[1]), never)) {
                System.out.println(others.refs(StoreRef.Namespace.LAYERS));
                others.ingest(SampleTrees.everything(), never);
            } catch (StoreException e) {
                System.out.println(e.getMessage());
            }
        }
    }

    /** A copy: what is built or downloaded by root may lie where nobody else can read. */
    private static String readableClassPath(Path copies) throws Exception {
        Files.createDirectory(copies);
        StringBuilder classPath = new StringBuilder();
        int number = 0;
        for (String entry : System.getProperty("java.class.path").split(":")) {
            Path copy = copies.resolve(number++ + "-" + Path.of(entry).getFileName());
            if (Files.exists(Path.of(entry))) {
                Tool.run("cp", "-rL", entry, copy.toString());
                classPath.append(classPath.isEmpty() ? "" : ":").append(copy);
            }
        }
        Tool.run("chmod", "-R", "a+rX", copies.toString());
        return classPath.toString();
    }

    @Test
    void anOrdinaryUserHasAStoreAndReadsThatOfRoot() throws Exception {
        assumeTrue(Tool.isRoot(), "becoming somebody else needs root");
        Path root = Files.createTempDirectory(Path.of("/tmp"), "ordinary");
        try {
            Tool.run("chmod", "755", root.toString());
            Path home = Files.createDirectory(root.resolve("home"));
            Tool.run("chown", "65534:65534", home.toString());
            try (BuildCache cache = BuildCache.open(root.resolve("roots"), never)) {
                StoredLayer layer = cache.ingest(SampleTrees.everything(), never);
                BuildCacheTest.publish(cache, new StoreRef(StoreRef.Namespace.LAYERS, "hello"), layer);
            }
            ProcessResult result = new ProcessRunner()
                    .run(
                            Command.of(List.of(
                                    "setpriv",
                                    "--reuid=65534",
                                    "--regid=65534",
                                    "--clear-groups",
                                    "--",
                                    Path.of(System.getProperty("java.home"), "bin", "java")
                                            .toString(),
                                    "-Djava.io.tmpdir=" + home,
                                    "-cp",
                                    readableClassPath(root.resolve("classes")),
                                    Ordinary.class.getName(),
                                    home.resolve("store").toString(),
                                    root.resolve("roots").toString())),
                            never);
            assertThat(result.stderrTail()).isEmpty();
            assertThat(result.stdout().lines())
                    .hasSize(3)
                    .anyMatch(line -> line.contains("refs/layers/hello"))
                    .anyMatch(line -> line.contains("ermission denied") && line.contains("--store"));
        } finally {
            Directories.remove(root);
        }
    }
}
