package org.sourceos.gitstore.git;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.sourceos.host.AtomicFile;
import org.sourceos.host.Directories;

/**
 * Writes what is needed of packs into fewer, those that free most for the least before others; what a new pack replaces is
 * removed before the next is begun, so that room is needed for one of them only.
 */
final class Repack {
    private static final long GROUP = 512L << 20;

    private final GitObjects objects;
    private final PackCopy copy;
    private final PackRemoval removal;
    private final LooseSweep looseObjects;
    private final CompactedPacks compacted;
    private final boolean dryRun;
    private final SweepTally tally;

    Repack(
            GitObjects objects,
            PackCopy copy,
            PackRemoval removal,
            LooseSweep looseObjects,
            CompactedPacks compacted,
            boolean dryRun,
            SweepTally tally) {
        this.objects = objects;
        this.copy = copy;
        this.removal = removal;
        this.looseObjects = looseObjects;
        this.compacted = compacted;
        this.dryRun = dryRun;
        this.tally = tally;
    }

    /** How a pack is written anew. */
    enum Form {
        COMPRESSED,
        /** Those that are as small as they can be stay so. */
        COMPACT,
        ONE_LAYER,
        MIXED;

        boolean inPages() {
            return this == ONE_LAYER || this == MIXED;
        }

        PackWriter writer(Path packs, Path folder) throws IOException {
            return inPages()
                    ? PackWriter.pageAlignedAgain(packs, folder, this == MIXED)
                    : PackWriter.again(packs, folder);
        }
    }

    /**
     * @param loose objects that go into the first of the new packs
     * @param temporary not there, or an empty folder
     */
    void run(List<PackUsage> packs, List<LooseObject> loose, Path temporary, Form form) throws IOException {
        List<PackUsage> rewrite = new ArrayList<>(packs);
        rewrite.sort(Comparator.comparingLong(PackUsage::liveBytes));
        int number = 0;
        List<LooseObject> waiting = loose;
        for (int at = 0; at < rewrite.size() || !waiting.isEmpty(); ) {
            List<PackUsage> group = group(rewrite, at);
            at += group.size();
            Path folder = temporary.resolve("pack-" + number++);
            try {
                write(group, waiting, folder, form);
            } catch (IOException e) {
                if (!FullDisk.isCauseOf(e)) {
                    throw e;
                }
                tally.note("no room to write " + (rewrite.size() - at + group.size())
                        + " packs anew, which would free more: run it again when there is");
                return;
            } finally {
                Directories.remove(folder);
            }
            waiting = List.of();
        }
    }

    private static List<PackUsage> group(List<PackUsage> rewrite, int from) {
        List<PackUsage> group = new ArrayList<>();
        long bytes = 0;
        for (PackUsage usage : rewrite.subList(from, rewrite.size())) {
            bytes += usage.liveBytes();
            if (!group.isEmpty() && bytes > GROUP) {
                break;
            }
            group.add(usage);
        }
        return group;
    }

    private void write(List<PackUsage> group, List<LooseObject> loose, Path folder, Form form) throws IOException {
        if (dryRun) {
            group.forEach(usage -> {
                tally.objectsFreed(usage.dead());
                tally.bytesFreed(usage.deadBytes());
                tally.packRemoved();
            });
            tally.packWritten();
            return;
        }
        Files.createDirectories(folder);
        String name;
        List<LooseObject> packed = new ArrayList<>();
        Path packs = objects.folder().resolve("pack");
        try (PackWriter writer = form.writer(packs, folder)) {
            for (PackUsage usage : group) {
                if (form.inPages()) {
                    copy.pages(usage.pack(), writer);
                } else {
                    copy.entries(usage.pack(), writer, form == Form.COMPACT);
                }
            }
            for (LooseObject one : loose) {
                if (copy.loose(one, writer)) {
                    packed.add(one);
                }
            }
            writer.finish();
            name = writer.packName();
        }
        removal.check();
        long after = 0;
        if (!name.isEmpty()) {
            tally.packWritten();
            if (form == Form.COMPACT) {
                compacted.add(name, packs);
            }
            after = Files.size(packs.resolve(name + PackFiles.PACK))
                    + Files.size(packs.resolve(name + PackFiles.INDEX));
        }
        long before = removeReplaced(group, name);
        AtomicFile.syncFolder(packs);
        for (LooseObject one : packed) {
            looseObjects.remove(one);
        }
        tally.bytesFreed(before - after);
        objects.rescan();
    }

    /** What they took; not of those from which a machine began to read meanwhile, which stay. */
    private long removeReplaced(List<PackUsage> group, String written) throws IOException {
        long before = 0;
        for (PackUsage usage : group) {
            // What is written anew with nothing left out is the same file under the same name.
            if (PackFiles.name(usage.pack()).equals(written)) {
                before += usage.size();
            } else if (removal.remove(usage.pack())) {
                before += usage.size();
                tally.objectsFreed(usage.dead());
            }
        }
        return before;
    }
}
