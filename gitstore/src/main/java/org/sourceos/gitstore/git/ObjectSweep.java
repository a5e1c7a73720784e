package org.sourceos.gitstore.git;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.sourceos.host.Cancellation;

/**
 * Removes the objects that are not needed and writes those that are into fewer packs, with no deltas but those that are there.
 * What needs no room comes first: whole packs, then loose objects; then packs are written anew, those that free most for the
 * least before others, and each time what they replace is removed before the next. The caller keeps writers away.
 *
 * <p>Killed anywhere, all that is needed is there, some of it perhaps twice, and the next run does the rest.
 */
public final class ObjectSweep {
    /** So large, one that has little that is not needed is not worth writing anew. */
    private static final long LARGE = 64L << 20;

    private static final int LITTLE = 20;

    private final GitObjects objects;
    private final NeededObjects needed;
    private final CompactedPacks compacted;
    private final Cancellation cancellation;
    private final SweepTally tally = new SweepTally();
    private final HeldPacks held;
    private final PackRemoval removal;
    private final LooseSweep looseObjects;
    private final Repack repack;
    private final PagedRepack pagedRepack;
    private final PackLeftovers leftovers;

    /** What must still hold whenever something is going to be removed. */
    @FunctionalInterface
    public interface Precondition {
        void check() throws IOException;
    }

    /** Machines and others who read from a pack as a disk. */
    public interface Readers {
        boolean has(Path pack) throws IOException;

        /** Removes something, and keeps new readers away meanwhile; false, and nothing is removed, if there are any. */
        boolean unlessRead(Path pack, Removal removal) throws IOException;

        /** The removal of a pack. */
        @FunctionalInterface
        interface Removal {
            void run() throws IOException;
        }
    }

    /**
     * @param objectsFreed how many are gone
     * @param bytesFreed by how much the files became less
     * @param notes what stays although it need not, and why
     */
    public record Result(long objectsFreed, long bytesFreed, int packsRemoved, int packsWritten, List<String> notes) {}

    /** @param start what was written after it stays: it is somebody's who does not know of the lock */
    public ObjectSweep(
            GitObjects objects,
            ObjectSet live,
            NameHints hints,
            Instant start,
            boolean dryRun,
            Precondition precondition,
            Readers readers,
            CompactedPacks compacted,
            Cancellation cancellation) {
        this.objects = objects;
        this.needed = new NeededObjects(live);
        this.compacted = compacted;
        this.cancellation = cancellation;
        this.held = new HeldPacks(readers, start, tally);
        this.removal = new PackRemoval(objects, dryRun, precondition, readers, tally);
        this.looseObjects = new LooseSweep(objects.folder(), needed, held, removal, dryRun, tally, cancellation);
        PackCopy copy = new PackCopy(objects, needed, hints, cancellation);
        this.repack = new Repack(objects, copy, removal, looseObjects, compacted, dryRun, tally);
        this.pagedRepack = new PagedRepack(needed, repack);
        this.leftovers = new PackLeftovers(objects.folder().resolve("pack"), start, dryRun, tally);
    }

    /** @param temporary an empty folder on the repository's file system, removed by the caller */
    public Result run(Path temporary) throws IOException {
        List<Pack> paged = new ArrayList<>();
        List<Pack> others = new ArrayList<>();
        removeUseless(paged, others);
        List<LooseObject> loose = looseObjects.removeUseless();
        List<PackUsage> usages = new ArrayList<>();
        for (Pack pack : paged) {
            usages.add(PackUsage.of(pack, needed));
        }
        // First: what stays where machines read it is not needed twice.
        pagedRepack.run(usages, temporary);
        repack(others, loose, temporary);
        leftovers.remove();
        return tally.result();
    }

    /**
     * Removes what is not needed at all, and writes anew only what a compaction leaves to machines.
     *
     * @param staying packs that machines read from and that stay so
     * @param temporary as of {@link #run}
     */
    public Result beforeCompaction(Set<Path> staying, Path temporary) throws IOException {
        List<Pack> paged = new ArrayList<>();
        removeUseless(paged, new ArrayList<>());
        looseObjects.removeUseless();
        List<PackUsage> usages = new ArrayList<>();
        for (Pack pack : paged) {
            if (staying.contains(pack.file())) {
                usages.add(PackUsage.of(pack, needed));
            }
        }
        pagedRepack.run(usages, temporary);
        leftovers.remove();
        return tally.result();
    }

    /** Takes what is held, removes what nobody needs, and finds the packs that are to be looked at. */
    private void removeUseless(List<Pack> paged, List<Pack> others) throws IOException {
        List<PackUsage> useless = new ArrayList<>();
        for (Pack pack : objects.packsNow()) {
            cancellation.throwIfCancelled();
            if (held.has(pack)) {
                needed.take(pack);
            } else if (needed.isUseless(pack)) {
                useless.add(PackUsage.useless(pack));
            } else {
                (HeldPacks.isForMachines(pack.file()) ? paged : others).add(pack);
            }
        }
        removal.removeUseless(useless);
    }

    private void repack(List<Pack> packs, List<LooseObject> loose, Path temporary) throws IOException {
        Set<String> compact = compacted.names();
        List<PackUsage> rewrite = new ArrayList<>();
        List<PackUsage> recompact = new ArrayList<>();
        List<PackUsage> useless = new ArrayList<>();
        for (Pack pack : packs) {
            cancellation.throwIfCancelled();
            PackUsage usage = PackUsage.of(pack, needed);
            if (usage.isUseless()) {
                useless.add(usage);
            } else if (usage.size() >= LARGE && usage.deadBytes() <= usage.size() / LITTLE) {
                needed.take(pack);
            } else {
                (compact.contains(PackFiles.name(pack)) ? recompact : rewrite).add(usage);
            }
        }
        removal.removeUseless(useless);
        // One by itself with nothing to leave out would only become the same again.
        if (rewrite.size() == 1 && rewrite.get(0).isWhole() && loose.isEmpty()) {
            needed.take(rewrite.remove(0).pack());
        }
        if (recompact.size() == 1 && recompact.get(0).isWhole()) {
            needed.take(recompact.remove(0).pack());
        }
        repack.run(recompact, List.of(), temporary.resolve("compact"), Repack.Form.COMPACT);
        repack.run(rewrite, loose, temporary, Repack.Form.COMPRESSED);
    }

    /** This and the following: a compaction leaves alone and removes by the same rules. */
    HeldPacks held() {
        return held;
    }

    PackRemoval removal() {
        return removal;
    }

    LooseSweep looseObjects() {
        return looseObjects;
    }
}
