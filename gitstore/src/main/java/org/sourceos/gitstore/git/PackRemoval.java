package org.sourceos.gitstore.git;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.sourceos.host.Directories;

/** Removes packs, if what must hold still does, and nobody reads from them. */
final class PackRemoval {
    private final GitObjects objects;
    private final boolean dryRun;
    private final ObjectSweep.Precondition precondition;
    private final ObjectSweep.Readers readers;
    private final SweepTally tally;

    PackRemoval(
            GitObjects objects,
            boolean dryRun,
            ObjectSweep.Precondition precondition,
            ObjectSweep.Readers readers,
            SweepTally tally) {
        this.objects = objects;
        this.dryRun = dryRun;
        this.precondition = precondition;
        this.readers = readers;
        this.tally = tally;
    }

    /** To be asked before something is removed. */
    void check() throws IOException {
        if (!dryRun) {
            precondition.check();
        }
    }

    void removeUseless(List<PackUsage> useless) throws IOException {
        if (!useless.isEmpty()) {
            check();
        }
        for (PackUsage usage : useless) {
            if (remove(usage.pack())) {
                tally.objectsFreed(usage.dead());
                tally.bytesFreed(usage.size());
            }
        }
    }

    /** Whether nobody reads from it, and it is gone. */
    boolean remove(Pack pack) throws IOException {
        boolean removed = dryRun ? !readers.has(pack.file()) : readers.unlessRead(pack.file(), () -> delete(pack));
        if (removed) {
            tally.packRemoved();
        }
        return removed;
    }

    /**
     * What names it first, then its index: without that the rest is a file that nobody looks at, and the next run removes.
     */
    private void delete(Pack pack) throws IOException {
        PackCover.remove(objects.folder().resolve("pack"));
        Directories.remove(objects.folder().resolve("info/commit-graph"));
        Directories.remove(objects.folder().resolve("info/commit-graphs"));
        for (String ending : PackFiles.ENDINGS) {
            Files.deleteIfExists(PackFiles.beside(pack.file(), ending));
        }
    }
}
