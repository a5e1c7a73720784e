package org.sourceos.gitstore.collect;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.sourceos.gitstore.BuildCache;
import org.sourceos.gitstore.ObjectName;
import org.sourceos.gitstore.StoreException;
import org.sourceos.gitstore.StoreRef.Namespace;
import org.sourceos.gitstore.StoredItem;
import org.sourceos.gitstore.generation.Generation;
import org.sourceos.gitstore.generation.GenerationManifest;
import org.sourceos.gitstore.generation.Generations;
import org.sourceos.gitstore.image.ImageManifest;

/**
 * What shares what: generations, the images they have, the layers of those, and the results and sources that have a layer to
 * themselves or are one of an image.
 *
 * @param nodes in the order of kinds
 * @param edges from what has to what it has
 */
public record StoreGraph(List<Node> nodes, List<Edge> edges) {
    /** What a node is, in the order from whole systems to their parts. */
    public enum Kind {
        GENERATION,
        IMAGE,
        LAYER,
        RESULT
    }

    /** @param bytes of its files; 0 where that is not known without counting */
    public record Node(String id, Kind kind, String label, long bytes) {}

    /** From one node's id to another's. */
    public record Edge(String from, String to) {}

    public StoreGraph {
        nodes = List.copyOf(nodes);
        edges = List.copyOf(edges);
    }

    public static StoreGraph of(BuildCache cache) throws StoreException {
        return new Building(cache).graph();
    }

    private static final class Building {
        private final BuildCache cache;
        private final Map<String, Node> nodes = new LinkedHashMap<>();
        private final Set<Edge> edges = new LinkedHashSet<>();

        Building(BuildCache cache) {
            this.cache = cache;
        }

        StoreGraph graph() throws StoreException {
            for (StoredItem image : cache.list(Namespace.VMS)) {
                image(image.tree(), image.ref().name());
            }
            Generations generations = new Generations(cache);
            for (Generation generation : generations.newest(Integer.MAX_VALUE)) {
                generation(generation);
            }
            for (Namespace kind : List.of(Namespace.KERNELS, Namespace.LAYERS, Namespace.SOURCES)) {
                for (StoredItem item : cache.list(kind)) {
                    result(item);
                }
            }
            List<Node> sorted = new ArrayList<>();
            for (Kind kind : Kind.values()) {
                nodes.values().stream().filter(node -> node.kind == kind).forEach(sorted::add);
            }
            return new StoreGraph(sorted, List.copyOf(edges));
        }

        private void generation(Generation generation) throws StoreException {
            String id = "generation-" + generation.number();
            nodes.put(id, new Node(id, Kind.GENERATION, "generation " + generation.number(), 0));
            for (GenerationManifest.Program program : generation.manifest().programs()) {
                Optional<ObjectName> tree = cache.subtree(generation.tree(), "images/" + program.image());
                if (tree.isPresent()) {
                    edges.add(new Edge(id, image(tree.get(), program.image())));
                }
            }
        }

        private String image(ObjectName tree, String name) throws StoreException {
            String id = "image-" + tree;
            if (nodes.containsKey(id)) {
                return id;
            }
            Optional<byte[]> json = cache.read(tree, "manifest.json");
            long bytes = 0;
            if (json.isPresent()) {
                ImageManifest manifest = ImageManifest.fromJson(new String(json.get(), StandardCharsets.UTF_8));
                for (ImageManifest.LayerPart part : manifest.layers()) {
                    bytes += part.bytes();
                    layer(id, part.tree(), part.name(), part.bytes());
                }
                layer(
                        id,
                        manifest.kernel().tree(),
                        "kernel " + manifest.kernel().version(),
                        0);
            }
            nodes.put(id, new Node(id, Kind.IMAGE, name, bytes));
            return id;
        }

        private void layer(String of, ObjectName tree, String name, long bytes) {
            String id = "layer-" + tree;
            nodes.putIfAbsent(id, new Node(id, Kind.LAYER, name, bytes));
            edges.add(new Edge(of, id));
        }

        private void result(StoredItem item) throws StoreException {
            Optional<ObjectName> tree = cache.subtree(item.tree(), "layer");
            if (tree.isEmpty()) {
                return;
            }
            String id = item.ref().fullName();
            String layer = "layer-" + tree.get();
            nodes.put(
                    id,
                    new Node(
                            id,
                            Kind.RESULT,
                            id.substring("refs/".length()),
                            cache.layer(tree.get()).bytes()));
            if (nodes.containsKey(layer)) {
                edges.add(new Edge(id, layer));
            }
        }
    }
}
