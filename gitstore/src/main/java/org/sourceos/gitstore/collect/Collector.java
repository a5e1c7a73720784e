package org.sourceos.gitstore.collect;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import org.sourceos.gitstore.ObjectName;
import org.sourceos.gitstore.StoreException;
import org.sourceos.gitstore.StoreLayout;
import org.sourceos.gitstore.Uses;
import org.sourceos.gitstore.git.CompactedPacks;
import org.sourceos.gitstore.git.Compaction;
import org.sourceos.gitstore.git.FullDisk;
import org.sourceos.gitstore.git.GitObjects;
import org.sourceos.gitstore.git.GitRefs;
import org.sourceos.gitstore.git.ObjectSweep;
import org.sourceos.gitstore.git.PackCover;
import org.sourceos.gitstore.git.Reachability;
import org.sourceos.gitstore.git.Shallow;
import org.sourceos.gitstore.git.WritingRoom;
import org.sourceos.gitstore.image.ImageManifest;
import org.sourceos.gitstore.lease.Leases;
import org.sourceos.host.Cancellation;
import org.sourceos.host.FileLock;

/**
 * A collection: decides about refs, finds what those that stay need, removes derived files (which takes no room and makes
 * some), cuts history, removes refs, and then objects. Each step leaves a store that is whole, so it may be killed after any;
 * the next run does the rest. The caller holds the writer's lock.
 */
public final class Collector {
    private static final int MANY_REFS = 256;
    private static final Duration TICK = Duration.ofMillis(20);

    private final Path store;
    private final GitObjects objects;
    private final GitRefs refs;
    private final Shallow shallow;
    private final Cancellation cancellation;

    public Collector(Path store, GitObjects objects, GitRefs refs, Cancellation cancellation) {
        this.store = store;
        this.objects = objects;
        this.refs = refs;
        this.shallow = new Shallow(store.resolve(".git"));
        this.cancellation = cancellation;
    }

    /** Where temporary files may be made: an empty folder, removed by who gives it. */
    @FunctionalInterface
    public interface Scratch {
        Path folder() throws IOException;
    }

    /** What stays and what goes by these rules, without doing anything. */
    public List<RefFate> plan(KeepRules rules) throws IOException {
        objects.rescan();
        return plan(rules, new Reachability(objects, shallow.read(), cancellation))
                .decide(refs.list("refs/"));
    }

    private static void waitFor(Duration time) throws IOException {
        try {
            Thread.sleep(time.toMillis() + 1);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new java.io.InterruptedIOException("interrupted before anything was removed");
        }
    }

    private RefPlan plan(KeepRules rules, Reachability reachability) throws IOException {
        return new RefPlan(objects, new Uses(store), rules, Leases.read(store), reachability);
    }

    public Collected run(KeepRules rules, PackForm form, boolean dryRun, Scratch scratch) throws IOException {
        objects.rescan();
        // File systems tell the time less often than the clock does: what earlier writers wrote shall be older, surely.
        waitFor(TICK);
        final Instant start = Instant.now().minus(TICK);
        SortedMap<String, ObjectName> all = refs.list("refs/");
        Reachability reachability = new Reachability(objects, shallow.read(), cancellation);
        RefPlan plan = plan(rules, reachability);
        List<RefFate> fates = plan.decide(all);

        DerivedSweep derived = new DerivedSweep(store, dryRun, rules.oldest(), cancellation);
        LayersInUse inUse = new LayersInUse(objects, form.worthwhile(), cancellation);
        inUse.add(plan, rules.now().minus(form.usedSince()));
        boolean compact = form.aim() == PackForm.Aim.COMPACT;
        derived.run(compact ? disks(inUse) : disks(plan), reachability.live());
        List<Collected.Freed> freed = new ArrayList<>();
        List<String> notes = new ArrayList<>();

        List<RefFate> going = fates.stream().filter(fate -> !fate.kept()).toList();
        SortedMap<String, ObjectName> staying = new java.util.TreeMap<>(all);
        going.forEach(fate -> staying.remove(fate.ref()));
        if (!dryRun) {
            forgetOrMakeRoom(reachability, going, start, scratch);
        }
        if (!going.isEmpty()) {
            freed.add(new Collected.Freed("refs", going.size(), 0));
        }
        ObjectSweep sweep = sweep(reachability, start, dryRun, staying);
        if (compact) {
            notes.addAll(sweepAndCompact(reachability, sweep, inUse, form, dryRun, scratch, freed));
        } else {
            if (form.aim() == PackForm.Aim.ALIGN) {
                notes.addAll(new AlignmentOfLayers(store, objects, inUse, cancellation)
                        .run(dryRun ? store : scratch.folder(), dryRun, form.progress()));
            } else {
                notes.addAll(couldBeAligned(inUse));
            }
            notes.addAll(swept(sweep.run(dryRun ? store : scratch.folder()), freed));
        }
        derived.imagesOfGonePacks();
        if (!dryRun) {
            refs.pack(MANY_REFS);
            PackCover.complete(objects, scratch::folder);
        }
        freed.addAll(0, derived.freed());
        return new Collected(fates, freed, notes);
    }

    private ObjectSweep sweep(
            Reachability reachability, Instant start, boolean dryRun, SortedMap<String, ObjectName> staying) {
        return new ObjectSweep(
                objects,
                reachability.live(),
                reachability.hints(),
                start,
                dryRun,
                () -> checkUnchanged(staying),
                readers(),
                compacted(),
                cancellation);
    }

    private CompactedPacks compacted() {
        return new CompactedPacks(store.resolve(StoreLayout.COMPACTED));
    }

    private static List<String> swept(ObjectSweep.Result swept, List<Collected.Freed> freed) {
        if (swept.objectsFreed() > 0 || swept.bytesFreed() != 0) {
            freed.add(new Collected.Freed("objects", swept.objectsFreed(), swept.bytesFreed()));
        }
        return swept.notes();
    }

    private List<String> sweepAndCompact(
            Reachability reachability,
            ObjectSweep sweep,
            LayersInUse inUse,
            PackForm form,
            boolean dryRun,
            Scratch scratch,
            List<Collected.Freed> freed)
            throws IOException {
        Set<Path> used = inUse.packs().keySet();
        List<String> notes =
                new ArrayList<>(swept(sweep.beforeCompaction(used, dryRun ? store : scratch.folder()), freed));
        // Such a pack has another name when something was left out of it.
        Map<Path, String> staying = inUse.packs();
        Compaction.Result result = new Compaction(
                        objects,
                        reachability.live(),
                        reachability.hints(),
                        staying.keySet(),
                        sweep,
                        compacted(),
                        form.progress(),
                        cancellation)
                .run(dryRun ? store : scratch.folder(), dryRun);
        staying.forEach((pack, why) -> notes.add("the pack " + pack.getFileName() + " stays: " + why));
        if (result.objects() > 0) {
            freed.add(new Collected.Freed("objects compacted", result.objects(), result.before() - result.after()));
            notes.add((dryRun ? "would compact " : "compacted ") + result.objects() + " objects: "
                    + mebibytes(result.before()) + " MiB to " + (dryRun ? "about " : "") + mebibytes(result.after())
                    + " MiB");
        }
        if (dryRun && result.objects() > 0) {
            notes.add(WritingRoom.in(store, "compacting", result.room()).text());
        }
        notes.addAll(result.notes());
        return notes;
    }

    private static long mebibytes(long bytes) {
        return (bytes + (1 << 20) - 1) >> 20;
    }

    /** Images of which machines read copies although they need not. */
    private List<String> couldBeAligned(LayersInUse inUse) throws IOException {
        Set<String> images = new java.util.TreeSet<>();
        long bytes = 0;
        for (LayersInUse.Layer layer : inUse.layers()) {
            Path disks = store.resolve(StoreLayout.DISKS);
            Path note = disks.resolve(layer.digest() + StoreLayout.PACKS_NOTE);
            // Somebody looked for packs, and there were none.
            if (Files.exists(disks.resolve(layer.digest() + ".erofs")) && Files.exists(note) && Files.size(note) == 0) {
                LayersInUse.Places places = inUse.places(layer);
                if (inUse.wouldGain(places)) {
                    images.add(layer.image());
                    bytes += places.lackingBytes();
                }
            }
        }
        return images.isEmpty()
                ? List.of()
                : List.of(String.join(", ", images)
                        + (images.size() == 1 ? ": its machine reads" : ": their machines read") + " copies of "
                        + (bytes >> 20)
                        + " MiB that could be read out of packs; `sourceos store gc --align` makes these");
    }

    /**
     * Forgetting writes a little. Where there is not even room for that, what can go without it goes first: refs, and what is
     * in no history of those that stay.
     */
    private void forgetOrMakeRoom(Reachability reachability, List<RefFate> going, Instant start, Scratch scratch)
            throws IOException {
        try {
            forget(reachability, going);
        } catch (IOException e) {
            if (!FullDisk.isCauseOf(e)) {
                throw e;
            }
            removeLooseRefs(going);
            SortedMap<String, ObjectName> left = refs.list("refs/");
            Reachability everything = new Reachability(objects, shallow.read(), cancellation);
            for (ObjectName commit : left.values()) {
                everything.addWithHistory(commit);
            }
            for (ObjectName leased : Leases.read(store).objects()) {
                everything.addTree(leased);
            }
            sweep(everything, start, false, left).run(scratch.folder());
            forget(reachability, going);
        }
    }

    private ObjectSweep.Readers readers() {
        return new ObjectSweep.Readers() {
            @Override
            public boolean has(Path pack) throws IOException {
                return Leases.read(store).files().contains(pack);
            }

            @Override
            public boolean unlessRead(Path pack, Removal removal) throws IOException {
                // Nobody begins to read between the look at who does and the removal.
                try (FileLock now = Leases.lock(store, cancellation)) {
                    if (has(pack)) {
                        return false;
                    }
                    removal.run();
                    return true;
                }
            }
        };
    }

    private void removeLooseRefs(List<RefFate> going) throws IOException {
        for (RefFate fate : going) {
            try {
                refs.remove(fate.ref());
            } catch (IOException e) {
                if (!FullDisk.isCauseOf(e)) {
                    throw e;
                }
                // It is packed, and the others have to be written without it: later.
            }
        }
    }

    /** From here on objects may be missing that somebody has seen: those who publish look again. */
    private void forget(Reachability reachability, List<RefFate> going) throws IOException {
        markCollected();
        Set<ObjectName> boundary = reachability.boundary();
        if (!boundary.equals(shallow.read())) {
            Set<ObjectName> both = new HashSet<>(boundary);
            both.addAll(shallow.read());
            // Until the refs are gone the old ones are needed too.
            shallow.write(going.isEmpty() ? boundary : both);
        }
        refs.removeAll(going.stream().map(RefFate::ref).toList());
        shallow.write(boundary);
        Uses uses = new Uses(store);
        for (RefFate fate : going) {
            uses.forget(fate.ref());
        }
    }

    private void markCollected() throws IOException {
        Path mark = store.resolve(StoreLayout.COLLECTED);
        if (!Files.exists(mark)) {
            Files.createFile(mark);
        }
        Files.setLastModifiedTime(mark, FileTime.from(Instant.now()));
    }

    /** Somebody may have moved refs with git, which knows nothing of the lock. */
    private void checkUnchanged(SortedMap<String, ObjectName> expected) throws IOException {
        if (!refs.list("refs/").equals(expected)) {
            throw new IOException("refs changed meanwhile, so nothing more is removed: run it again, and let nobody"
                    + " write to the repository with git at that time");
        }
    }

    private Set<String> disks(RefPlan plan) throws IOException {
        Set<String> names = new HashSet<>();
        Set<ObjectName> seen = new HashSet<>();
        for (ObjectName image : plan.images()) {
            if (!seen.add(image)) {
                continue;
            }
            Optional<String> manifest = plan.document(image, "manifest.json");
            if (manifest.isPresent()) {
                names.addAll(disks(manifest.get()));
            }
        }
        return names;
    }

    private static Set<String> disks(LayersInUse inUse) {
        Set<String> names = new HashSet<>();
        inUse.layers().forEach(layer -> names.add(layer.digest().hex() + ".erofs"));
        return names;
    }

    private static List<String> disks(String manifest) {
        try {
            return ImageManifest.fromJson(manifest).layers().stream()
                    .map(layer -> layer.digest().hex() + ".erofs")
                    .toList();
        } catch (StoreException e) {
            // A newer SourceOS wrote it: its disks are made again when it runs next.
            return List.of();
        }
    }
}
