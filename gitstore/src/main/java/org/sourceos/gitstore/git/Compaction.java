package org.sourceos.gitstore.git;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.sourceos.gitstore.ObjectName;
import org.sourceos.host.AtomicFile;
import org.sourceos.host.Cancellation;
import org.sourceos.host.Directories;

/**
 * Writes what is needed anew and as small as it can be: compressed well, and as differences between what is alike. Packs go
 * when all that is needed of them is elsewhere. The caller keeps writers away.
 *
 * <p>Killed anywhere, nothing is lost, and the packs that were finished are not written again by the next run.
 */
public final class Compaction {
    /** Less than that is merged with others. */
    private static final long SMALL = 64L << 20;

    private static final int WASTE = 20;
    /** So much is left to others. */
    private static final long RESERVE = 16L << 20;

    private final GitObjects objects;
    private final NeededObjects needed;
    private final NameHints hints;
    private final Set<Path> staying;
    private final HeldPacks held;
    private final PackRemoval removal;
    private final LooseSweep looseObjects;
    private final CompactedPacks compacted;
    private final Progress progress;
    private final Cancellation cancellation;

    /** Is told how far it is. */
    @FunctionalInterface
    public interface Progress {
        /** Of {@code total} bytes of files {@code done} are written. */
        void at(long done, long total);
    }

    /**
     * What was done, or would be.
     *
     * @param objects how many were written anew
     * @param before what they took
     * @param after what they take, or in a dry run will take at most
     * @param room what had to be free at the beginning
     * @param left packs for which there was no room
     */
    public record Result(long objects, long before, long after, long room, int left, List<String> notes) {}

    /**
     * @param staying packs that are left as they are, and are spoken of elsewhere
     * @param sweep of the same objects, which knows what can be removed
     */
    public Compaction(
            GitObjects objects,
            ObjectSet live,
            NameHints hints,
            Set<Path> staying,
            ObjectSweep sweep,
            CompactedPacks compacted,
            Progress progress,
            Cancellation cancellation) {
        this.objects = objects;
        this.needed = new NeededObjects(live);
        this.hints = hints;
        this.staying = Set.copyOf(staying);
        this.held = sweep.held();
        this.removal = sweep.removal();
        this.looseObjects = sweep.looseObjects();
        this.compacted = compacted;
        this.progress = progress;
        this.cancellation = cancellation;
    }

    /**
     * A pack that will go, or the loose objects.
     *
     * @param items what is needed of it and was not found elsewhere
     */
    private record Source(List<Pack> packs, List<LooseObject> loose, long bytes, List<CompactItem> items) {}

    /** @param temporary an empty folder on the repository's file system, removed by the caller */
    public Result run(Path temporary, boolean dryRun) throws IOException {
        List<Source> sources = sources();
        long count = sources.stream().mapToLong(source -> source.items.size()).sum();
        long before = sources.stream().mapToLong(Source::bytes).sum();
        if (sources.isEmpty()) {
            return new Result(0, 0, 0, 0, 0, List.of());
        }
        Map<Source, Long> after = new HashMap<>();
        for (Source source : sources) {
            double ratio = new CompactionEstimate(objects, cancellation).ratio(source.items);
            after.put(source, CompactionEstimate.bytes(source.items, ratio));
        }
        sources.sort(Comparator.comparingLong(source -> after.getOrDefault(source, 0L)));
        long all = after.values().stream().mapToLong(Long::longValue).sum();
        if (dryRun) {
            return new Result(count, before, Math.min(all, before), all + RESERVE, 0, List.of());
        }
        return compact(sources, after, temporary);
    }

    private Result compact(List<Source> sources, Map<Source, Long> estimates, Path temporary) throws IOException {
        long total = sources.stream()
                .flatMap(source -> source.items.stream())
                .mapToLong(CompactItem::size)
                .sum();
        Work work = new Work(temporary, total);
        int at = 0;
        while (at < sources.size()) {
            // Together where there is room: what is alike may be in different packs.
            List<Source> group = new ArrayList<>();
            long need = RESERVE;
            long room = Files.getFileStore(temporary).getUsableSpace();
            for (int i = at; i < sources.size(); i++) {
                need += estimates.getOrDefault(sources.get(i), 0L);
                if (need > room) {
                    break;
                }
                group.add(sources.get(i));
            }
            if (group.isEmpty()) {
                if (at == 0) {
                    throw new IOException(noRoom(need, room));
                }
                work.notes.add((sources.size() - at) + " packs are left: " + noRoom(need, room));
                break;
            }
            if (!work.write(group)) {
                break;
            }
            at += group.size();
        }
        return new Result(work.objects, work.before, work.after, 0, sources.size() - at, List.copyOf(work.notes));
    }

    private static String noRoom(long need, long room) {
        return new WritingRoom("compacting", need, room)
                .missing("`sourceos store gc` without --compact needs no room, else free some and run it again");
    }

    /** What was done so far. */
    private final class Work implements CompactWriter.Listener {
        private final Path temporary;
        private final long total;
        private final List<String> notes = new ArrayList<>();
        private final List<String> written = new ArrayList<>();
        private long done;
        private long objects;
        private long before;
        private long after;

        Work(Path temporary, long total) {
            this.temporary = temporary;
            this.total = total;
        }

        @Override
        public void written(long bytes) {
            done += bytes;
            progress.at(done, total);
        }

        @Override
        public void finished(String packName) throws IOException {
            if (!written.contains(packName)) {
                written.add(packName);
            }
            compacted.add(packName, folder());
        }

        private Path folder() {
            return Compaction.this.objects.folder().resolve("pack");
        }

        /** False where there was no room after all. */
        boolean write(List<Source> group) throws IOException {
            List<CompactItem> items =
                    group.stream().flatMap(source -> source.items.stream()).toList();
            written.clear();
            try {
                new CompactWriter(Compaction.this.objects, folder(), temporary, cancellation, this).write(items);
            } catch (IOException e) {
                if (!FullDisk.isCauseOf(e)) {
                    throw e;
                }
                giveUp();
                return false;
            }
            Compaction.this.objects.rescan();
            removal.check();
            removeOld(group);
            AtomicFile.syncFolder(folder());
            objects += items.size();
            Compaction.this.objects.rescan();
            return true;
        }

        private void removeOld(List<Source> group) throws IOException {
            for (Source source : group) {
                boolean gone = true;
                for (Pack pack : source.packs) {
                    // What is compact already may become the same file under the same name.
                    gone &= written.contains(PackFiles.name(pack)) || removal.remove(pack);
                    // Its room is free only when nobody has it open.
                    pack.close();
                }
                for (LooseObject loose : source.loose) {
                    looseObjects.remove(loose);
                }
                before += gone ? source.bytes : 0;
                if (!gone) {
                    notes.add("a machine has begun to read from "
                            + source.packs.get(0).file().getFileName() + ", which stays until the next collection");
                }
            }
            for (String name : written) {
                after += Files.size(folder().resolve(name + ".pack")) + Files.size(folder().resolve(name + ".idx"));
            }
        }

        /** All of it is still where it was, so what was written takes room for nothing. */
        private void giveUp() throws IOException {
            Compaction.this.objects.rescan();
            for (Pack pack : Compaction.this.objects.packsNow()) {
                if (written.contains(PackFiles.name(pack))) {
                    removal.remove(pack);
                    pack.close();
                }
            }
            Directories.remove(temporary);
            Files.createDirectories(temporary);
            notes.add(
                    "the file system became full, and what was begun is removed again: run it again when there is room");
        }
    }

    private List<Source> sources() throws IOException {
        Set<String> small = compacted.names();
        List<Pack> old = new ArrayList<>();
        List<Pack> compact = new ArrayList<>();
        for (Pack pack : objects.packsNow()) {
            cancellation.throwIfCancelled();
            if (staying.contains(pack.file()) || held.has(pack)) {
                needed.take(pack);
            } else if (needed.isUseless(pack)) {
                continue; // in a dry run it is still there
            } else if (!small.contains(PackFiles.name(pack))) {
                old.add(pack);
            } else if (Files.size(pack.file()) >= SMALL && !isWasteful(pack)) {
                needed.take(pack);
            } else {
                compact.add(pack);
            }
        }
        List<LooseObject> loose = looseObjects.removeUseless();
        // One small one that nothing can be merged with is as good as it can be, if all of it is needed.
        if (old.isEmpty() && loose.isEmpty() && compact.size() == 1 && dead(compact.get(0)) == 0) {
            compact.clear();
        }
        List<Source> sources = new ArrayList<>();
        List<Pack> all = new ArrayList<>(compact);
        all.addAll(old);
        for (Pack pack : all) {
            long bytes = PackFiles.size(pack);
            sources.add(new Source(List.of(pack), List.of(), bytes, items(pack)));
        }
        if (!loose.isEmpty()) {
            long bytes = loose.stream().mapToLong(LooseObject::size).sum();
            sources.add(new Source(List.of(), loose, bytes, items(loose)));
        }
        return sources;
    }

    /** Large ones are written again only when that pays. */
    private boolean isWasteful(Pack pack) {
        return dead(pack) > pack.index().count() / WASTE;
    }

    /** How many objects of it nobody needs. */
    private int dead(Pack pack) {
        int dead = 0;
        for (int i = 0; i < pack.index().count(); i++) {
            dead += needed.isLive(pack.index(), i) ? 0 : 1;
        }
        return dead;
    }

    private List<CompactItem> items(Pack pack) throws IOException {
        List<CompactItem> items = new ArrayList<>();
        PackIndex index = pack.index();
        for (int i = 0; i < index.count(); i++) {
            cancellation.throwIfCancelled();
            if (!needed.isNeeded(index, i)) {
                continue;
            }
            needed.take(index, i);
            byte[] key = index.key(i);
            GitObject object = pack.open(Sha1.name(key), index.offset(i), objects::open);
            items.add(new CompactItem(key, pack, index.offset(i), object.type(), object.size(), hints.of(key)));
        }
        return items;
    }

    private List<CompactItem> items(List<LooseObject> loose) throws IOException {
        List<CompactItem> items = new ArrayList<>();
        for (LooseObject one : loose) {
            ObjectName name = one.name();
            if (needed.take(name)) {
                byte[] key = Sha1.bytes(name);
                GitObject object = objects.loose(name).orElseThrow(() -> new MissingObjectException(name));
                items.add(new CompactItem(key, null, 0, object.type(), object.size(), hints.of(key)));
            }
        }
        return items;
    }
}
