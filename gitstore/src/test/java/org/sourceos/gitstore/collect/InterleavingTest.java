package org.sourceos.gitstore.collect;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sourceos.gitstore.BuildCache;
import org.sourceos.gitstore.DiskRules;
import org.sourceos.gitstore.Part;
import org.sourceos.gitstore.SampleTrees;
import org.sourceos.gitstore.StoreException;
import org.sourceos.gitstore.StoreRef;
import org.sourceos.gitstore.StoreRef.Namespace;
import org.sourceos.gitstore.StoredItem;
import org.sourceos.gitstore.StoredLayer;
import org.sourceos.gitstore.Tool;
import org.sourceos.host.Cancellation;

/**
 * Storing, publishing, starting machines, removing and collecting in any order by several open caches, beside a model of what
 * must be there. {@code -Dinterleavings} says how many steps.
 */
class InterleavingTest {
    private static final Cancellation NEVER = new Cancellation();
    private static final int CACHES = 3;

    @TempDir
    private Path folder;

    /** One open cache and what it has stored, or starts machines from. */
    private static final class Actor {
        private BuildCache cache;
        private final Map<StoredLayer, Integer> stored = new HashMap<>();
        private final List<Path> running = new ArrayList<>();

        Actor(BuildCache cache) {
            this.cache = cache;
        }
    }

    @Test
    void noOrderOfStepsLosesWhatIsNeeded() throws Exception {
        Path store = folder.resolve("store");
        Random random = new Random(Long.getLong("interleavings.seed", 17));
        Map<StoreRef, Integer> published = new TreeMap<>();
        List<Actor> actors = new ArrayList<>();
        for (int i = 0; i < CACHES; i++) {
            actors.add(new Actor(BuildCache.open(store, NEVER)));
        }
        int steps = Integer.getInteger("interleavings", 400);
        List<String> done = new ArrayList<>();
        for (int step = 0; step < steps; step++) {
            Actor actor = actors.get(random.nextInt(CACHES));
            String did = act(store, actor, random, published);
            done.add(step + " " + actors.indexOf(actor) + " " + did);
            for (Actor each : actors) {
                assertThat(each.running).as(String.join("\n", done)).allMatch(Files::exists);
            }
            if (step % 40 == 0 || step == steps - 1) {
                check(store, actors, published, done);
            }
        }
        for (Actor actor : actors) {
            actor.cache.close();
        }
        assertThat(Tool.fsck(store)).isEmpty();
    }

    private static String act(Path store, Actor actor, Random random, Map<StoreRef, Integer> published)
            throws StoreException {
        int seed = random.nextInt(12);
        StoreRef ref = SampleStore.ref(Namespace.LAYERS, "layer-" + random.nextInt(6));
        switch (random.nextInt(8)) {
            case 0, 1 -> {
                actor.stored.put(actor.cache.ingest(SampleStore.files(seed), NEVER), seed);
                return "store " + seed;
            }
            case 2, 3 -> {
                for (Map.Entry<StoredLayer, Integer> layer : actor.stored.entrySet()) {
                    actor.cache.publish(
                            ref, Map.of("layer", new Part.Tree(layer.getKey().tree())), "x", SampleStore.NOW);
                    published.put(ref, layer.getValue());
                    return "publish " + layer.getValue() + " as " + ref;
                }
                return "nothing to publish";
            }
            case 4 -> {
                actor.cache.remove(ref);
                published.remove(ref);
                return "remove " + ref;
            }
            case 5 -> {
                for (StoredLayer layer : actor.stored.keySet()) {
                    actor.running.addAll(actor.cache.disks(List.of(layer), DiskRules.packs(4), NEVER));
                    return "start " + layer.tree();
                }
                return "nothing to start";
            }
            case 6 -> {
                actor.cache.close();
                actor.stored.clear();
                actor.running.clear();
                actor.cache = BuildCache.open(store, NEVER);
                return "leave and come again";
            }
            default -> {
                PackForm.Aim aim = PackForm.Aim.values()[random.nextInt(3)];
                actor.cache.collect(SampleStore.rules(1), SampleStore.form(aim), false, NEVER);
                return "collect " + aim;
            }
        }
    }

    private static void check(Path store, List<Actor> actors, Map<StoreRef, Integer> published, List<String> done)
            throws Exception {
        String history = String.join("\n", done);
        try (BuildCache fresh = BuildCache.open(store, NEVER)) {
            assertThat(fresh.refs(Namespace.LAYERS)).as(history).containsExactlyElementsOf(published.keySet());
            for (Map.Entry<StoreRef, Integer> ref : published.entrySet()) {
                StoredItem item = fresh.find(ref.getKey()).orElseThrow();
                StoredLayer layer =
                        fresh.layer(fresh.subtree(item.tree(), "layer").orElseThrow());
                assertThat(SampleTrees.differences(fresh.files(layer), SampleStore.files(ref.getValue())))
                        .as(history)
                        .isEmpty();
            }
            assertThat(fresh.verify(NEVER)).as(history).isEmpty();
        }
        for (Actor actor : actors) {
            for (Map.Entry<StoredLayer, Integer> layer : actor.stored.entrySet()) {
                assertThat(SampleTrees.differences(
                                actor.cache.files(layer.getKey()), SampleStore.files(layer.getValue())))
                        .as(history)
                        .isEmpty();
            }
        }
    }
}
