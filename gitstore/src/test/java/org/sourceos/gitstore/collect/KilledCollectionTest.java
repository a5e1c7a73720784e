package org.sourceos.gitstore.collect;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sourceos.gitstore.BuildCache;
import org.sourceos.gitstore.SampleTrees;
import org.sourceos.gitstore.StoreRef;
import org.sourceos.gitstore.StoreRef.Namespace;
import org.sourceos.gitstore.StoredItem;
import org.sourceos.gitstore.Tool;
import org.sourceos.host.Cancellation;
import org.sourceos.host.Command;
import org.sourceos.host.ProcessOutput;
import org.sourceos.host.ProcessRunner;
import org.sourceos.host.RunningProcess;

/** Kills a process that collects while it also stores, deploys and removes, again and again. */
@Tag("slow")
class KilledCollectionTest {
    private static final Cancellation NEVER = new Cancellation();

    @TempDir
    private Path folder;

    /** The process that is killed. What it never loses is the image and the layer that were there first. */
    public static final class Victim {
        public static void main(String[] arguments) throws Exception {
            Path store = Path.of(arguments[0]);
            int seed = Integer.parseInt(arguments[1]);
            Thread collector = new Thread(() -> collectForEver(store), "collector");
            collector.setDaemon(true);
            collector.start();
            for (int i = 0; ; i++) {
                try (BuildCache cache = BuildCache.open(store, NEVER)) {
                    StoredItem image = SampleStore.image(cache, "image-" + i % 4, seed + i, SampleStore.LONG_AGO);
                    cache.use(SampleStore.ref(Namespace.VMS, "image-" + i % 4));
                    SampleStore.generation(
                            cache, "image-" + i % 4, image.tree(), SampleStore.LONG_AGO.plusSeconds(seed + i));
                    SampleStore.layer(cache, "layer-" + i % 3, seed + i, SampleStore.LONG_AGO);
                }
                System.out.println(i);
            }
        }

        private static void collectForEver(Path store) {
            try {
                for (int i = 0; ; i++) {
                    // Each of them after each other one.
                    PackForm.Aim aim = PackForm.Aim.values()[i % 7 % 3];
                    try (BuildCache cache = BuildCache.open(store, NEVER)) {
                        cache.collect(SampleStore.rules(2), SampleStore.form(aim), false, NEVER);
                    }
                }
            } catch (Exception e) {
                e.printStackTrace();
                Runtime.getRuntime().halt(3);
            }
        }
    }

    @Test
    void aKilledCollectionLosesNothingAndTheNextFinishesIt() throws Exception {
        Path store = folder.resolve("store");
        StoreRef kept = SampleStore.ref(Namespace.LAYERS, "kept");
        try (BuildCache cache = BuildCache.open(store, NEVER)) {
            SampleStore.layer(cache, "kept", 4711, SampleStore.NOW);
        }
        Random random = new Random(11);
        int kills = Integer.getInteger("kills", 20);
        for (int round = 0; round < kills; round++) {
            Command victim = Command.of(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:TieredStopAtLevel=1",
                    "-XX:+UseSerialGC",
                    "-cp",
                    System.getProperty("java.class.path"),
                    Victim.class.getName(),
                    store.toString(),
                    Integer.toString(round * 1_000)));
            Path said = folder.resolve("said-" + round);
            Path collected = store.resolve("collected");
            Object before = Files.exists(collected) ? Files.getLastModifiedTime(collected) : "never";
            try (RunningProcess process = new ProcessRunner()
                    .start(victim, new ProcessOutput.Discarded(), new ProcessOutput.ToFile(said), NEVER)) {
                while (process.isAlive()
                        && (!Files.exists(collected)
                                || Files.getLastModifiedTime(collected).equals(before))) {
                    Thread.sleep(3);
                }
                Thread.sleep(random.nextInt(700));
                assertThat(process.isAlive())
                        .as("it runs until it is killed; it said: %s", Files.readString(said))
                        .isTrue();
                process.kill();
                process.await(Duration.ofSeconds(20));
            }
            assertThat(Tool.fsck(store)).as("round %d", round).isEmpty();
            try (BuildCache cache = BuildCache.open(store, NEVER)) {
                assertThat(cache.verify(NEVER)).isEmpty();
                StoredItem item = cache.find(kept).orElseThrow();
                assertThat(SampleTrees.differences(
                                cache.files(cache.layer(
                                        cache.subtree(item.tree(), "layer").orElseThrow())),
                                SampleStore.files(4711)))
                        .isEmpty();
            }
            try (BuildCache cache = BuildCache.open(store, NEVER)) {
                PackForm.Aim aim = PackForm.Aim.values()[round % 3];
                cache.collect(SampleStore.rules(2), SampleStore.form(aim), false, NEVER);
                assertThat(cache.verify(NEVER)).isEmpty();
            }
            assertThat(Tool.fsck(store)).as("round %d, collected", round).isEmpty();
            assertThat(Tool.git(store, "cat-file", "--batch-check", "--batch-all-objects")
                            .lines())
                    .hasSize((int) Tool.git(store, "rev-list", "--all", "--objects")
                            .lines()
                            .count());
            try (Stream<Path> left = Files.list(store.resolve("tmp"))) {
                assertThat(left).isEmpty();
            }
        }
    }
}
