import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.sourceos.gitstore.BuildCache;
import org.sourceos.gitstore.Part;
import org.sourceos.gitstore.StoreRef;
import org.sourceos.gitstore.StoredLayer;
import org.sourceos.gitstore.collect.KeepRules;
import org.sourceos.gitstore.tree.ListTree;
import org.sourceos.host.Cancellation;

/**
 * Makes a store of layers of a thousand files each, every other one too old to stay, and collects it:
 * {@code ManyObjects STORE LAYERS}. Says how many objects there were and how many milliseconds the collection took.
 */
final class ManyObjects {
    private static final int FILES = 1_000;

    public static void main(String[] args) throws Exception {
        Cancellation never = new Cancellation();
        Instant now = Instant.now();
        int layers = Integer.parseInt(args[1]);
        try (BuildCache cache = BuildCache.open(Path.of(args[0]), never)) {
            for (int i = 0; i < layers; i += 20) {
                // One pack for twenty layers, as an ingest of a large tree makes.
                ListTree.Builder tree = ListTree.builder();
                for (int k = i; k < Math.min(i + 20, layers); k++) {
                    for (int f = 0; f < FILES; f++) {
                        byte[] content = ByteBuffer.allocate(200).putInt(k).putInt(f).putLong(k * 7919L + f).array();
                        tree.file("l" + k + "/d" + f % 25 + "/f" + f, 0644, content);
                    }
                }
                StoredLayer layer = cache.ingest(tree.build(), never);
                cache.publish(
                        new StoreRef(StoreRef.Namespace.LAYERS, "layer-" + i),
                        Map.of("layer", new Part.Tree(layer.tree())),
                        "layer " + i,
                        i % 40 == 0 ? now : now.minus(Duration.ofDays(400)));
            }
        }
        try (BuildCache cache = BuildCache.open(Path.of(args[0]), never)) {
            long start = System.nanoTime();
            var collected = cache.collect(
                    new KeepRules(5, KeepRules.SINCE, Set.of(), Set.of(), Instant.now()), false, never);
            System.out.println(layers * (FILES + 26) + " " + (System.nanoTime() - start) / 1_000_000 + " " + collected.freed());
        }
    }
}
