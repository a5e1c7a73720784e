package org.sourceos.gitstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sourceos.gitstore.tree.DirectoryTree;
import org.sourceos.gitstore.tree.FileTree;
import org.sourceos.gitstore.tree.Ownership;
import org.sourceos.gitstore.tree.SelectedTree;
import org.sourceos.gitstore.tree.TreePath;
import org.sourceos.host.Cancellation;

/** Prints what the store's walks take with a real tree; not part of a test run: {@code mvn test -Dtest=StoreBenchmark -Dtree=/usr/lib}. */
class StoreBenchmark {
    private final Cancellation never = new Cancellation();

    @TempDir
    Path directory;

    private interface Step {
        void run() throws Exception;
    }

    @Test
    void printsWhatEachWalkTakes() throws Exception {
        String tree = System.getProperty("tree");
        assumeTrue(tree != null, "say which directory with -Dtree=");
        FileTree files = new DirectoryTree(Path.of(tree), Ownership.AS_IS);
        StoredLayer[] layer = new StoredLayer[1];
        try (BuildCache cache = BuildCache.open(directory.resolve("store"), never)) {
            time("ingest", () -> layer[0] = cache.ingest(files, never));
            BuildCacheTest.publish(cache, new StoreRef(StoreRef.Namespace.LAYERS, "bench"), layer[0]);
            System.out.printf("%d entries, %d MB%n", layer[0].files(), layer[0].bytes() / 1_000_000);
            time("ingest the same again", () -> cache.ingest(files, never));
            time("EROFS image", () -> cache.erofsImage(layer[0], never));
            time("EROFS image, made already", () -> cache.erofsImage(layer[0], never));
            time("checkout", () -> cache.checkout(List.of(layer[0]), never));
            StoredLayer half = cache.ingest(
                    new SelectedTree(cache.files(layer[0]), e -> e.path().compareTo(TreePath.of("m")) < 0), never);
            cache.checkout(List.of(half), never);
            time("checkout of two layers as links", () -> cache.checkout(List.of(half, layer[0]), never));
            time("verify", () -> assertThat(cache.verify(never)).isEmpty());
            time("usage", () -> System.out.println(cache.usage(never)));
            System.out.println(
                    "manifest: " + cache.read(layer[0].tree(), "manifest").orElseThrow().length + " bytes");
        }
        try (BuildCache cache = BuildCache.open(directory.resolve("store"), never)) {
            time("find, in an opened store", () -> cache.find(new StoreRef(StoreRef.Namespace.LAYERS, "bench")));
        }
        time("git fsck", () -> assertThat(Tool.fsck(directory.resolve("store"))).isEmpty());
        System.out.println("on disk: "
                + Tool.run("du", "-sm", directory.resolve("store/.git").toString()));
    }

    private static void time(String what, Step step) throws Exception {
        long start = System.nanoTime();
        step.run();
        System.out.printf("%-34s %6.2f s%n", what, (System.nanoTime() - start) / 1e9);
    }
}
