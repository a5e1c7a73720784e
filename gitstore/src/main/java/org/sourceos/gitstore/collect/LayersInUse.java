package org.sourceos.gitstore.collect;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.sourceos.gitstore.Digest;
import org.sourceos.gitstore.ObjectName;
import org.sourceos.gitstore.StoreException;
import org.sourceos.gitstore.git.GitObject;
import org.sourceos.gitstore.git.GitObjects;
import org.sourceos.gitstore.git.GitTree;
import org.sourceos.gitstore.git.ObjectType;
import org.sourceos.gitstore.git.PackWriter;
import org.sourceos.gitstore.git.PagePlace;
import org.sourceos.gitstore.image.ImageManifest;
import org.sourceos.host.Cancellation;

/** The layers of the images that were run lately, and what of them machines can read out of packs. */
final class LayersInUse {
    private static final int PAGE = 4096;

    private final GitObjects objects;
    private final long worthwhile;
    private final Cancellation cancellation;
    private final Map<ObjectName, Layer> layers = new LinkedHashMap<>();

    /** @param image the newest that has it, with the day it was run on */
    record Layer(ObjectName tree, Digest digest, String image) {}

    /**
     * Where a layer's large files are.
     *
     * @param packs how much can be read in each
     * @param lacking those that can be read in none, with their sizes
     */
    record Places(SortedMap<Path, Long> packs, Map<ObjectName, Long> lacking) {
        long lackingBytes() {
            return lacking.values().stream().mapToLong(Long::longValue).sum();
        }
    }

    /** Whether a machine would have a pack as a disk for what it cannot read out of one now. */
    boolean wouldGain(Places places) {
        return places.lackingBytes() >= worthwhile;
    }

    LayersInUse(GitObjects objects, long worthwhile, Cancellation cancellation) {
        this.objects = objects;
        this.worthwhile = worthwhile;
        this.cancellation = cancellation;
    }

    void add(RefPlan plan, Instant since) throws IOException {
        for (RefPlan.UsedImage image : plan.usedSince(since)) {
            Optional<String> manifest = plan.document(image.tree(), "manifest.json");
            if (manifest.isEmpty()) {
                continue;
            }
            String day = image.last().atZone(ZoneOffset.UTC).toLocalDate().toString();
            try {
                for (ImageManifest.LayerPart part :
                        ImageManifest.fromJson(manifest.get()).layers()) {
                    layers.putIfAbsent(
                            part.tree(), new Layer(part.tree(), part.digest(), image.name() + ", run on " + day + ","));
                }
            } catch (StoreException e) {
                // A newer SourceOS wrote it, and knows what to do with it.
            }
        }
    }

    List<Layer> layers() {
        return List.copyOf(layers.values());
    }

    Places places(Layer layer) throws IOException {
        SortedMap<Path, Long> packs = new TreeMap<>();
        Map<ObjectName, Long> lacking = new LinkedHashMap<>();
        Set<ObjectName> seen = new HashSet<>(Set.of(layer.tree));
        List<ObjectName> trees = new ArrayList<>(List.of(layer.tree));
        while (!trees.isEmpty()) {
            cancellation.throwIfCancelled();
            byte[] tree = objects.read(trees.remove(trees.size() - 1), ObjectType.TREE);
            for (GitTree.Entry entry : GitTree.parse(tree).entries()) {
                if (!seen.add(entry.object())) {
                    continue;
                }
                if (entry.isDirectory()) {
                    trees.add(entry.object());
                } else if (entry.mode() == GitTree.FILE || entry.mode() == GitTree.EXECUTABLE) {
                    look(entry.object(), packs, lacking);
                }
            }
        }
        return new Places(packs, lacking);
    }

    private void look(ObjectName blob, SortedMap<Path, Long> packs, Map<ObjectName, Long> lacking) throws IOException {
        Optional<PagePlace> place = objects.pages(blob);
        if (place.isPresent()) {
            packs.merge(place.get().pack(), place.get().wholePages() * PAGE, Long::sum);
            return;
        }
        GitObject object = objects.open(blob);
        if (PackWriter.isForPages(object.size())) {
            lacking.put(blob, object.size());
        }
    }

    /** The packs that machines read from which run what is in use, with why they stay. */
    Map<Path, String> packs() throws IOException {
        Map<Path, String> packs = new TreeMap<>();
        for (Layer layer : layers()) {
            for (Map.Entry<Path, Long> pack : places(layer).packs.entrySet()) {
                if (pack.getValue() >= worthwhile) {
                    packs.putIfAbsent(
                            pack.getKey(), layer.image + " reads " + (pack.getValue() >> 20) + " MiB out of it");
                }
            }
        }
        return packs;
    }
}
