package org.sourceos.gitstore.collect;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.sourceos.gitstore.BuildCache;
import org.sourceos.gitstore.Digest;
import org.sourceos.gitstore.ObjectName;
import org.sourceos.gitstore.Part;
import org.sourceos.gitstore.SampleTrees;
import org.sourceos.gitstore.StoreException;
import org.sourceos.gitstore.StoreRef;
import org.sourceos.gitstore.StoreRef.Namespace;
import org.sourceos.gitstore.StoredItem;
import org.sourceos.gitstore.StoredLayer;
import org.sourceos.gitstore.generation.Generation;
import org.sourceos.gitstore.generation.GenerationManifest;
import org.sourceos.gitstore.generation.Generations;
import org.sourceos.gitstore.image.ImageManifest;
import org.sourceos.gitstore.tree.FileTree;
import org.sourceos.gitstore.tree.ListTree;
import org.sourceos.host.Cancellation;

/** Stores with layers, images and generations in them, some of long ago. */
public final class SampleStore {
    public static final Instant NOW = Instant.parse("2026-06-01T00:00:00Z");
    public static final Instant LONG_AGO = NOW.minus(Duration.ofDays(90));
    static final Cancellation NEVER = new Cancellation();

    private SampleStore() {}

    public static KeepRules rules(int generations) {
        return new KeepRules(generations, KeepRules.SINCE, Set.of(), Set.of(), NOW);
    }

    /** For such small layers as these. */
    public static PackForm form(PackForm.Aim aim) {
        return new PackForm(aim, Duration.ofDays(1), 30_000, (done, total) -> {});
    }

    /** Ten files, those with an even number the same for every seed, and two that machines read out of packs. */
    public static FileTree files(int seed) {
        ListTree.Builder tree = ListTree.builder();
        for (int i = 0; i < 10; i++) {
            tree.file("d" + i % 3 + "/f" + i, 0644, SampleTrees.bytes(i % 2 == 0 ? i : seed * 100L + i, 5_000));
        }
        tree.file("large", 0755, SampleTrees.bytes(seed * 100L + 50, 40_000));
        return tree.file("large-same", 0644, SampleTrees.bytes(51, 70_000)).build();
    }

    public static StoreRef ref(Namespace kind, String name) {
        return new StoreRef(kind, name);
    }

    public static StoredItem layer(BuildCache cache, String name, int seed, Instant when) throws StoreException {
        StoredLayer layer = cache.ingest(files(seed), NEVER);
        return cache.publish(ref(Namespace.LAYERS, name), Map.of("layer", new Part.Tree(layer.tree())), name, when);
    }

    public static StoredItem layer(BuildCache cache, String name, StoredLayer layer, Instant when)
            throws StoreException {
        return cache.publish(ref(Namespace.LAYERS, name), Map.of("layer", new Part.Tree(layer.tree())), name, when);
    }

    public static StoredItem image(BuildCache cache, String name, int seed, Instant when) throws StoreException {
        return imageOf(cache, name, cache.ingest(files(seed), NEVER), when);
    }

    /** An image with one layer. */
    public static StoredItem imageOf(BuildCache cache, String name, StoredLayer own, Instant when)
            throws StoreException {
        StoredLayer kernel = cache.ingest(
                ListTree.builder()
                        .file("vmlinux", 0644, SampleTrees.bytes(77, 9_000))
                        .build(),
                NEVER);
        ImageManifest manifest = new ImageManifest(
                name,
                "1",
                Digest.of(name),
                new ImageManifest.KernelPart(Digest.of("k"), "6.1", List.of(), kernel.tree(), kernel.digest()),
                List.of(new ImageManifest.LayerPart("own", own.tree(), own.digest(), own.bytes())),
                new ImageManifest.RunDefaults(
                        List.of("x"), new TreeMap<>(), "none", List.of(), 64, 1, "overlay", "none"));
        return cache.publish(
                ref(Namespace.VMS, name),
                Map.of(
                        "manifest.json",
                        new Part.Document(manifest.toJson().getBytes(StandardCharsets.UTF_8)),
                        "kernel",
                        new Part.Tree(kernel.tree()),
                        "layers/00-own",
                        new Part.Tree(own.tree())),
                name,
                when);
    }

    /** The next generation, with one image, which then counts. */
    public static Generation generation(BuildCache cache, String image, ObjectName tree, Instant when)
            throws StoreException {
        Generations generations = new Generations(cache);
        Generation made = generations.record(
                new GenerationManifest.Configuration(
                        Optional.of(Digest.of(image + when).hex().substring(0, 40)), "Change"),
                List.of(new GenerationManifest.Program("p", Optional.empty(), "p", "1", image, "{}", Optional.empty())),
                "{}",
                new TreeMap<>(Map.of(image, tree)),
                when);
        generations.makeCurrent(made);
        return made;
    }

    /** Eight generations of long ago, each with an image of its own, and a layer that was only built once. */
    public static void fill(Path store) throws StoreException {
        try (BuildCache cache = BuildCache.open(store, NEVER)) {
            for (int i = 1; i <= 8; i++) {
                Instant when = LONG_AGO.plusSeconds(i);
                StoredItem image = image(cache, "program-" + i, i, when);
                generation(cache, "program-" + i, image.tree(), when);
            }
            layer(cache, "old", 50, LONG_AGO);
            layer(cache, "new", 51, NOW.minus(Duration.ofDays(3)));
        }
    }
}
