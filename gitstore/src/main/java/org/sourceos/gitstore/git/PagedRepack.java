package org.sourceos.gitstore.git;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes packs that machines read from anew only where that frees much or leaves fewer of them: images that name them have to
 * be made again. Small ones are merged; a large one stays by itself, so that who reads from it sees one layer's files.
 */
final class PagedRepack {
    /** Below that a pack that machines read from saves them nothing. */
    private static final long SMALL = 8L << 20;
    /** So large, one of several layers is not merged with more. */
    private static final long LARGE = 64L << 20;
    /** Of a pack that machines read from a quarter may be what nobody needs. */
    private static final int WASTE = 4;

    private final NeededObjects needed;
    private final Repack repack;

    PagedRepack(NeededObjects needed, Repack repack) {
        this.needed = needed;
        this.repack = repack;
    }

    void run(List<PackUsage> paged, Path temporary) throws IOException {
        List<PackUsage> merge = new ArrayList<>();
        for (PackUsage usage : paged) {
            Path file = usage.pack().file();
            boolean mixed = PackWriter.Paging.of(file) == PackWriter.Paging.MIXED;
            if (usage.size() < SMALL || (mixed && (isWasteful(usage) || usage.size() < LARGE))) {
                merge.add(usage);
            } else if (isWasteful(usage)) {
                Path folder = temporary.resolve(String.valueOf(file.getFileName()));
                repack.run(List.of(usage), List.of(), folder, Repack.Form.ONE_LAYER);
            } else {
                needed.take(usage.pack());
            }
        }
        if (merge.size() == 1 && isGoodEnough(merge.get(0))) {
            needed.take(merge.remove(0).pack());
        }
        repack.run(merge, List.of(), temporary.resolve("paged"), Repack.Form.MIXED);
    }

    private static boolean isWasteful(PackUsage usage) {
        return usage.deadBytes() > usage.size() / WASTE;
    }

    /** Writing a small one anew costs nothing, and what nobody needs is gone then. */
    private static boolean isGoodEnough(PackUsage only) {
        return only.isWhole() || (only.size() >= SMALL && !isWasteful(only));
    }
}
