import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.sourceos.gitstore.BuildCache;
import org.sourceos.gitstore.ObjectName;
import org.sourceos.gitstore.Part;
import org.sourceos.gitstore.StoreRef;
import org.sourceos.gitstore.StoredLayer;
import org.sourceos.gitstore.tree.ListTree;
import org.sourceos.host.Cancellation;

/**
 * Look-ups in a store of many packs, each in a process of its own. {@code ManyPacks make STORE PACKS}: adds so many.
 * {@code ManyPacks look STORE}: the microseconds until the first object is found, then the nanoseconds for each that is there
 * and for each that is not. {@code ManyPacks ingest STORE FILES}: the milliseconds for so many small new files.
 */
final class ManyPacks {
    private static final Cancellation NEVER = new Cancellation();
    private static final int SAMPLES = 20_000;

    public static void main(String[] args) throws Exception {
        switch (args[0]) {
            case "make" -> make(Path.of(args[1]), Integer.parseInt(args[2]));
            case "look" -> look(Path.of(args[1]));
            default -> ingest(Path.of(args[1]), Integer.parseInt(args[2]));
        }
    }

    private static byte[] content(int pack, int file) {
        return ByteBuffer.allocate(60).putInt(pack).putInt(file).putLong(pack * 7919L + file).array();
    }

    private static void make(Path store, int packs) throws Exception {
        try (BuildCache cache = BuildCache.open(store, NEVER)) {
            for (int i = 0; i < packs; i++) {
                ListTree.Builder tree = ListTree.builder();
                for (int f = 0; f < 100; f++) {
                    tree.file("f" + f, 0644, content(i, f));
                }
                StoredLayer layer = cache.ingest(tree.build(), NEVER);
                if (i == packs / 2) {
                    cache.publish(
                            new StoreRef(StoreRef.Namespace.LAYERS, "middle"),
                            Map.of("layer", new Part.Tree(layer.tree())),
                            "middle",
                            Instant.EPOCH);
                }
            }
        }
    }

    private static void look(Path store) throws Exception {
        List<ObjectName> there = new ArrayList<>();
        ObjectName tree;
        try (BuildCache cache = BuildCache.open(store, NEVER)) {
            tree = cache.subtree(
                            cache.find(new StoreRef(StoreRef.Namespace.LAYERS, "middle"))
                                    .orElseThrow()
                                    .tree(),
                            "layer")
                    .orElseThrow();
            cache.files(cache.layer(tree)).visit(entry -> {
                if (entry.kind() instanceof org.sourceos.gitstore.tree.FileKind.Regular file) {
                    there.add(file.content().blob().orElseThrow());
                }
            });
        }
        Random random = new Random(1);
        List<ObjectName> missing = new ArrayList<>();
        for (int i = 0; i < SAMPLES; i++) {
            missing.add(new ObjectName(String.format("%016x%016x00000000", random.nextLong(), random.nextLong())));
        }
        long[] first = new long[15];
        for (int i = 0; i < first.length; i++) {
            try (BuildCache cache = BuildCache.open(store, NEVER)) {
                long start = System.nanoTime();
                cache.contains(there.get(i));
                first[i] = (System.nanoTime() - start) / 1000;
            }
        }
        Arrays.sort(first);
        try (BuildCache cache = BuildCache.open(store, NEVER)) {
            for (int warm = 0; warm < 3; warm++) {
                contains(cache, there, 5_000);
            }
            long hit = contains(cache, there, SAMPLES);
            contains(cache, missing, 50);
            long miss = contains(cache, missing, 200);
            System.out.println(first[first.length / 2] + " " + hit + " " + miss);
        }
    }

    private static long contains(BuildCache cache, List<ObjectName> names, int times) throws Exception {
        long start = System.nanoTime();
        int found = 0;
        for (int i = 0; i < times; i++) {
            found += cache.contains(names.get(i % names.size())) ? 1 : 0;
        }
        if (found != 0 && found != times) {
            throw new IllegalStateException("found " + found);
        }
        return (System.nanoTime() - start) / times;
    }

    private static void ingest(Path store, int files) throws Exception {
        ListTree.Builder tree = ListTree.builder();
        int salt = (int) System.nanoTime();
        for (int f = 0; f < files; f++) {
            tree.file("d" + f % 100 + "/f" + f, 0644, content(salt, f));
        }
        try (BuildCache cache = BuildCache.open(store, NEVER)) {
            long start = System.nanoTime();
            cache.ingest(tree.build(), NEVER);
            System.out.println((System.nanoTime() - start) / 1_000_000);
        }
    }
}
