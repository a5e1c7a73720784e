package org.sourceos.gitstore.git;

import java.util.ArrayList;
import java.util.List;

/** What a sweep has done so far, or would have in a dry run. */
final class SweepTally {
    private final List<String> notes = new ArrayList<>();
    private long objectsFreed;
    private long bytesFreed;
    private int packsRemoved;
    private int packsWritten;

    void objectsFreed(long count) {
        objectsFreed += count;
    }

    /** @param bytes fewer than none where what was written takes more than what it replaces */
    void bytesFreed(long bytes) {
        bytesFreed += bytes;
    }

    void packRemoved() {
        packsRemoved++;
    }

    void packWritten() {
        packsWritten++;
    }

    /** Notes what stays although it need not, and why. */
    void note(String note) {
        notes.add(note);
    }

    ObjectSweep.Result result() {
        return new ObjectSweep.Result(objectsFreed, bytesFreed, packsRemoved, packsWritten, List.copyOf(notes));
    }
}
