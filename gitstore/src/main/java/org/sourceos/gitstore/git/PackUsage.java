package org.sourceos.gitstore.git;

import java.io.IOException;
import java.nio.file.Files;

/**
 * How much of a pack is needed.
 *
 * @param size with its index
 * @param dead how many of its objects are not needed, or are elsewhere
 * @param deadBytes what those take
 */
record PackUsage(Pack pack, long size, int dead, long deadBytes) {
    static PackUsage of(Pack pack, NeededObjects needed) throws IOException {
        PackIndex index = pack.index();
        int dead = 0;
        for (int i = 0; i < index.count(); i++) {
            dead += needed.isNeeded(index, i) ? 0 : 1;
        }
        long deadBytes = dead == 0 ? 0 : Files.size(pack.file());
        if (dead > 0 && dead < index.count()) {
            deadBytes = 0;
            try (PackEntries entries = new PackEntries(pack)) {
                for (int i = 0; i < entries.count(); i++) {
                    deadBytes += needed.isNeeded(index, entries.position(i)) ? 0 : entries.length(i);
                }
            }
        }
        return new PackUsage(pack, PackFiles.size(pack), dead, deadBytes);
    }

    /** Of one that is known to have nothing that is needed. */
    static PackUsage useless(Pack pack) throws IOException {
        long size = PackFiles.size(pack);
        return new PackUsage(pack, size, pack.index().count(), size);
    }

    boolean isUseless() {
        return dead == pack.index().count();
    }

    boolean isWhole() {
        return dead == 0;
    }

    long liveBytes() {
        return size - deadBytes;
    }
}
