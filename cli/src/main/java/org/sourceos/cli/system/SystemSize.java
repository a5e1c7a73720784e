package org.sourceos.cli.system;

import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.sourceos.cli.store.Sizes;
import org.sourceos.gitstore.BuildCache;
import org.sourceos.gitstore.StoreException;
import org.sourceos.gitstore.StoreRef;
import org.sourceos.gitstore.StoredItem;
import org.sourceos.gitstore.generation.Generation;
import org.sourceos.gitstore.generation.GenerationManifest;
import org.sourceos.gitstore.image.ImageManifest;
import org.sourceos.rebuild.system.SystemChanges;
import org.sourceos.rebuild.system.WantedProgram;

/**
 * How large the programs of a system are, told by the manifests of images: what several share counts once.
 *
 * @param bytes of the layers of those that are known
 * @param unknown packages of which the store has no image
 */
record SystemSize(long bytes, SortedSet<String> unknown) {

    static SystemSize none() {
        return new SystemSize(0, new TreeSet<>());
    }

    static SystemSize of(BuildCache cache, Generation generation) throws StoreException {
        Sum sum = new Sum();
        for (GenerationManifest.Program program : generation.manifest().programs()) {
            sum.add(
                    program.packageName(),
                    cache.read(generation.tree(), "images/" + program.image() + "/manifest.json"));
        }
        return sum.size();
    }

    /** Of what was not built yet: as large as what was built last of each package. */
    static SystemSize of(BuildCache cache, List<WantedProgram> programs) throws StoreException {
        Sum sum = new Sum();
        for (WantedProgram program : programs) {
            Optional<StoredItem> last = last(cache, program.packageName());
            sum.add(
                    program.packageName(),
                    last.isPresent() ? cache.read(last.get().tree(), "manifest.json") : Optional.empty());
        }
        return sum.size();
    }

    private static Optional<StoredItem> last(BuildCache cache, String packageName) throws StoreException {
        Optional<StoredItem> last = Optional.empty();
        for (StoreRef ref : cache.refs(StoreRef.Namespace.VMS, packageName + "-")) {
            if (ref.name().substring(packageName.length() + 1).matches("[0-9a-f]{12}")) {
                Optional<StoredItem> item = cache.find(ref);
                last = Stream.concat(last.stream(), item.stream()).max(Comparator.comparing(StoredItem::madeAt));
            }
        }
        return last;
    }

    /** What a change of the sizes is for people; empty where there is none. */
    static Optional<SystemChanges.Change> change(SystemSize before, SystemSize after) {
        return before.equals(after)
                ? Optional.empty()
                : Optional.of(new SystemChanges.Change(
                        "size of all programs", Optional.of(before.text()), Optional.of(after.text())));
    }

    private String text() {
        return Sizes.text(bytes)
                + (unknown.isEmpty() ? "" : " and what " + String.join(", ", unknown) + " will take when built");
    }

    private static final class Sum {
        private final Map<String, Long> layers = new TreeMap<>();
        private final SortedSet<String> unknown = new TreeSet<>();

        void add(String packageName, Optional<byte[]> manifest) throws StoreException {
            if (manifest.isEmpty()) {
                unknown.add(packageName);
                return;
            }
            String text = new String(manifest.get(), StandardCharsets.UTF_8);
            for (ImageManifest.LayerPart layer : ImageManifest.fromJson(text).layers()) {
                layers.put(layer.tree().hex(), layer.bytes());
            }
        }

        SystemSize size() {
            return new SystemSize(
                    layers.values().stream().mapToLong(Long::longValue).sum(), unknown);
        }
    }
}
