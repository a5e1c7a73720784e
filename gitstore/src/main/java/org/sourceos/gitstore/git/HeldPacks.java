package org.sourceos.gitstore.git;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;

/** What a sweep leaves alone whatever is in it: packs that somebody keeps or reads from, and all that is newer than it. */
final class HeldPacks {
    private final ObjectSweep.Readers readers;
    private final Instant start;
    private final SweepTally tally;

    HeldPacks(ObjectSweep.Readers readers, Instant start, SweepTally tally) {
        this.readers = readers;
        this.start = start;
        this.tally = tally;
    }

    boolean has(Pack pack) throws IOException {
        Path keep = PackFiles.beside(pack.file(), PackFiles.KEEP);
        if (Files.exists(keep) && !isForMachines(pack.file())) {
            tally.note("the pack " + pack.file().getFileName() + " stays: there is " + keep.getFileName());
            return true;
        }
        if (readers.has(pack.file())) {
            tally.note("the pack " + pack.file().getFileName() + " stays: a machine reads from it");
            return true;
        }
        return isNew(pack.file());
    }

    /** Whether it may be somebody's who does not know of the lock. */
    boolean isNew(Path file) throws IOException {
        return !Files.getLastModifiedTime(file).toInstant().isBefore(start);
    }

    /** Whether its files lie in whole pages; where somebody else says that a pack is to be kept, it is. */
    static boolean isForMachines(Path pack) throws IOException {
        return PackWriter.Paging.of(pack) != PackWriter.Paging.NONE;
    }
}
