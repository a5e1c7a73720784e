package org.sourceos.gitstore;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sourceos.gitstore.tree.FileTree;
import org.sourceos.gitstore.tree.ListTree;
import org.sourceos.host.Cancellation;
import org.sourceos.host.Command;
import org.sourceos.host.ProcessOutput;
import org.sourceos.host.ProcessRunner;
import org.sourceos.host.RunningProcess;

/** Kills a process that stores and publishes, again and again, at whatever moment that happens to be. */
@Tag("slow")
class CrashTest {
    private static final int KILLS = Integer.getInteger("kills", 12);
    /** After so many kills another store: each is verified as a whole, and grows. */
    private static final int KILLS_OF_A_STORE = 12;

    @TempDir
    Path directory;

    /** The process that is killed: stores trees and publishes them, for ever. */
    public static final class Victim {
        public static void main(String[] arguments) throws Exception {
            Cancellation never = new Cancellation();
            try (BuildCache cache = BuildCache.open(Path.of(arguments[0]), never)) {
                for (int i = 0; ; i++) {
                    StoredLayer layer = cache.ingest(tree(Integer.parseInt(arguments[1]) + i), never);
                    BuildCacheTest.publish(cache, new StoreRef(StoreRef.Namespace.LAYERS, "layer-" + i % 5), layer);
                    cache.erofsImage(layer, never);
                    cache.disks(List.of(layer), DiskRules.packs(4), never);
                }
            }
        }
    }

    private static FileTree tree(int seed) {
        ListTree.Builder tree = ListTree.builder();
        for (int i = 0; i < 150; i++) {
            int size = i % 10 == 0 ? 90_000 : 20_000;
            tree.file("d" + i % 7 + "/file" + i, 0644, SampleTrees.bytes(seed * 1000L + i, size));
        }
        return tree.build();
    }

    @Test
    void aKilledWriterLeavesNothingVisibleAndNothingBroken() throws Exception {
        Cancellation never = new Cancellation();
        Random random = new Random(7);
        for (int round = 0; round < KILLS; round++) {
            Path store = directory.resolve("store-" + round / KILLS_OF_A_STORE);
            Command victim = Command.of(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-cp",
                    System.getProperty("java.class.path"),
                    Victim.class.getName(),
                    store.toString(),
                    Integer.toString(round * 10_000)));
            try (RunningProcess process = new ProcessRunner()
                    .start(victim, new ProcessOutput.Captured(), new ProcessOutput.Captured(), never)) {
                int packs = count(store.resolve(".git/objects/pack"));
                while (count(store.resolve(".git/objects/pack")) <= packs && process.isAlive()) {
                    Thread.sleep(5);
                }
                Thread.sleep(random.nextInt(250));
                assertThat(process.isAlive())
                        .as("the writer runs until it is killed")
                        .isTrue();
                process.kill();
                process.await(Duration.ofSeconds(10));
            }
            assertThat(Tool.fsck(store)).isEmpty();
            try (BuildCache cache = BuildCache.open(store, never)) {
                assertThat(cache.verify(never)).isEmpty();
                // The next writer is not held up, and clears away what the dead one left.
                StoredLayer layer = cache.ingest(tree(-1 - round), never);
                BuildCacheTest.publish(cache, new StoreRef(StoreRef.Namespace.LAYERS, "after"), layer);
                assertThat(count(store.resolve("tmp"))).isEqualTo(1);
            }
            assertThat(Tool.fsck(store)).isEmpty();
        }
    }

    private static int count(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return 0;
        }
        List<Path> all = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            files.forEach(all::add);
        }
        return all.size();
    }
}
