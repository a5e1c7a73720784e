package org.sourceos.gitstore.closure;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.sourceos.gitstore.BuildCache;
import org.sourceos.gitstore.ObjectName;
import org.sourceos.gitstore.StoreException;
import org.sourceos.gitstore.StoreRef;
import org.sourceos.gitstore.generation.Generation;
import org.sourceos.gitstore.generation.GenerationManifest;
import org.sourceos.gitstore.image.ImageManifest;

/**
 * What closures are compared by: the trees of images, of their kernels and of their layers, each of which either side has as a
 * whole or not at all.
 */
public final class ClosureParts {
    /** More would only tell clients of what they hardly have. */
    private static final int MOST_IMAGES = 500;

    private final BuildCache cache;
    private final TreeMap<String, ObjectName> parts = new TreeMap<>();

    private ClosureParts(BuildCache cache) {
        this.cache = cache;
    }

    /** Those that a generation needs. */
    public static Set<ObjectName> of(BuildCache cache, Generation generation) throws StoreException {
        ClosureParts parts = new ClosureParts(cache);
        parts.addAll(generation);
        return Set.copyOf(parts.parts.values());
    }

    /** Those that are in a store, of which there are many: of the last images and of some generations. */
    public static Set<ObjectName> in(BuildCache cache, Iterable<Generation> generations) throws StoreException {
        ClosureParts parts = new ClosureParts(cache);
        for (Generation generation : generations) {
            parts.addAll(generation);
        }
        int count = 0;
        for (StoreRef ref : cache.refs(StoreRef.Namespace.VMS)) {
            Optional<ObjectName> tree = cache.find(ref).map(item -> item.tree());
            if (tree.isPresent() && count++ < MOST_IMAGES) {
                parts.addImage(tree.get());
            }
        }
        return Set.copyOf(parts.parts.values());
    }

    private void addAll(Generation generation) throws StoreException {
        for (GenerationManifest.Program program : generation.manifest().programs()) {
            Optional<ObjectName> image = cache.subtree(generation.tree(), "images/" + program.image());
            if (image.isPresent()) {
                addImage(image.get());
            }
        }
    }

    private void addImage(ObjectName image) throws StoreException {
        if (parts.containsKey(image.hex())) {
            return;
        }
        Optional<byte[]> manifest = cache.read(image, "manifest.json");
        if (manifest.isEmpty()) {
            return; // nothing of ours
        }
        add(image);
        ImageManifest read = ImageManifest.fromJson(new String(manifest.get(), StandardCharsets.UTF_8));
        add(read.kernel().tree());
        for (ImageManifest.LayerPart layer : read.layers()) {
            add(layer.tree());
        }
    }

    private void add(ObjectName tree) throws StoreException {
        if (cache.contains(tree)) {
            cache.hold(tree);
            parts.put(tree.hex(), tree);
        }
    }
}
