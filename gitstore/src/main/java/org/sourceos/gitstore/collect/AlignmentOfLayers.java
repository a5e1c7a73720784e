package org.sourceos.gitstore.collect;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.sourceos.gitstore.ObjectName;
import org.sourceos.gitstore.StoreLayout;
import org.sourceos.gitstore.git.AlignedPack;
import org.sourceos.gitstore.git.Compaction;
import org.sourceos.gitstore.git.GitObjects;
import org.sourceos.gitstore.git.WritingRoom;
import org.sourceos.gitstore.lease.Leases;
import org.sourceos.host.Cancellation;
import org.sourceos.host.FileLock;

/**
 * Gives layers in use packs that machines read from, where what they have is compressed: a store made before there were such
 * packs, or compacted since. The compressed copies go with the collection's next step, and so do copies of whole layers.
 */
final class AlignmentOfLayers {
    /** So much is left to others. */
    private static final long RESERVE = 16L << 20;

    private static final int OVERHEAD = 14;

    private final Path store;
    private final GitObjects objects;
    private final Cancellation cancellation;
    private final Map<LayersInUse.Layer, Map<ObjectName, Long>> wanted = new LinkedHashMap<>();
    private long bytes;

    AlignmentOfLayers(Path store, GitObjects objects, LayersInUse layers, Cancellation cancellation)
            throws IOException {
        this.store = store;
        this.objects = objects;
        this.cancellation = cancellation;
        Set<ObjectName> chosen = new HashSet<>();
        for (LayersInUse.Layer layer : layers.layers()) {
            LayersInUse.Places places = layers.places(layer);
            if (layers.wouldGain(places)) {
                Map<ObjectName, Long> own = new LinkedHashMap<>(places.lacking());
                own.keySet().removeAll(chosen);
                chosen.addAll(own.keySet());
                wanted.put(layer, own);
                bytes += own.values().stream().mapToLong(Long::longValue).sum();
            }
        }
    }

    private long need() {
        return bytes + bytes / OVERHEAD + RESERVE;
    }

    /** What was done, as lines to be shown. */
    List<String> run(Path temporary, boolean dryRun, Compaction.Progress progress) throws IOException {
        List<String> notes = new ArrayList<>();
        if (wanted.isEmpty()) {
            return List.of("nothing to align: what was run lately is read out of packs, or small");
        }
        WritingRoom room = WritingRoom.in(store, "aligning", need());
        if (!dryRun && !room.isThere()) {
            throw new IOException(room.missing("name a shorter time with --used-since, or free some and run it again"));
        }
        long done = 0;
        for (Map.Entry<LayersInUse.Layer, Map<ObjectName, Long>> layer : wanted.entrySet()) {
            long own = layer.getValue().values().stream()
                    .mapToLong(Long::longValue)
                    .sum();
            notes.add((dryRun ? "would align " : "aligned ") + (own >> 20) + " MiB of layer "
                    + layer.getKey().digest().abbreviated() + ": "
                    + layer.getKey().image() + " reads copies of it");
            if (dryRun) {
                continue;
            }
            Path folder = Files.createDirectories(
                    temporary.resolve(layer.getKey().digest().hex()));
            long before = done;
            AlignedPack.write(
                    objects,
                    List.copyOf(layer.getValue().keySet()),
                    folder,
                    written -> progress.at(before + written, bytes),
                    cancellation);
            done += own;
            forgetCopies(layer.getKey());
        }
        if (dryRun) {
            notes.add(room.text());
        }
        return notes;
    }

    /** What said that there are no packs, and what was made because there were none. */
    private void forgetCopies(LayersInUse.Layer layer) throws IOException {
        Path disks = store.resolve(StoreLayout.DISKS);
        try (FileLock now = Leases.lock(store, cancellation)) {
            Files.deleteIfExists(disks.resolve(layer.digest() + StoreLayout.PACKS_NOTE));
            Path copy = disks.resolve(layer.digest() + ".erofs");
            if (!Leases.read(store).files().contains(copy)) {
                Files.deleteIfExists(copy);
                Files.deleteIfExists(copy.resolveSibling(copy.getFileName() + StoreLayout.RECORD));
            }
        }
    }
}
