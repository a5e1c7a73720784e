package org.sourceos.gitstore.git;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.sourceos.gitstore.ObjectName;
import org.sourceos.host.AtomicFile;
import org.sourceos.host.Cancellation;
import org.sourceos.host.Directories;

/**
 * Removes the objects that are not needed and writes those that are into fewer packs, with no deltas but those that are there.
 * What needs no room comes first: whole packs, then loose objects; then packs are written anew, those that free most for the
 * least before others, and each time what they replace is removed before the next. The caller keeps writers away.
 *
 * <p>Killed anywhere, all that is needed is there, some of it perhaps twice, and the next run does the rest.
 */
public final class ObjectSweep {
    private static final long LARGE = 64L << 20;
    private static final long GROUP = 512L << 20;
    private static final long LARGEST_LOOSE = 16L << 20;
    /** Below that a pack that machines read from saves them nothing. */
    private static final long PAGED_SMALL = 8L << 20;
    /** Of a pack that machines read from a quarter may be what nobody needs. */
    private static final int PAGED_WASTE = 4;

    static final List<String> ENDINGS = List.of(".idx", ".pack", ".keep", ".rev", ".bitmap", ".mtimes");
    private static final String KEEP = ".keep";

    private final GitObjects objects;
    private final ObjectSet live;
    private final NameHints hints;
    private final Instant start;
    private final boolean dryRun;
    private final Precondition precondition;
    private final Readers readers;
    private final CompactedPacks compacted;
    private final Cancellation cancellation;
    private final ObjectSet taken = new ObjectSet();
    private final List<String> notes = new ArrayList<>();
    private long objectsFreed;
    private long bytesFreed;
    private int packsRemoved;
    private int packsWritten;

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
        this.live = live;
        this.hints = hints;
        this.start = start;
        this.dryRun = dryRun;
        this.precondition = precondition;
        this.readers = readers;
        this.compacted = compacted;
        this.cancellation = cancellation;
    }

    /** A pack that is looked at, with how much of it is needed. */
    private record Candidate(Pack pack, long size, int dead, long deadBytes) {
        long liveBytes() {
            return size - deadBytes;
        }
    }

    /** @param temporary an empty folder on the repository's file system, removed by the caller */
    public Result run(Path temporary) throws IOException {
        List<Pack> paged = new ArrayList<>();
        List<Pack> others = sort(paged);
        List<Loose> loose = loose();
        List<Candidate> looked = new ArrayList<>();
        for (Pack pack : paged) {
            looked.add(look(pack));
        }
        consolidatePaged(looked, temporary);
        Set<String> compact = compacted.names();
        List<Candidate> rewrite = new ArrayList<>();
        List<Candidate> recompact = new ArrayList<>();
        List<Candidate> useless = new ArrayList<>();
        // What stays where machines read it is not needed twice.
        for (Pack pack : others) {
            cancellation.throwIfCancelled();
            Candidate candidate = look(pack);
            if (candidate.dead == pack.index().count()) {
                useless.add(candidate);
            } else if (candidate.size >= LARGE && candidate.deadBytes <= candidate.size / 20) {
                take(pack);
            } else {
                (compact.contains(CompactedPacks.name(pack)) ? recompact : rewrite).add(candidate);
            }
        }
        remove(useless);
        if (rewrite.size() == 1 && rewrite.get(0).dead == 0 && loose.isEmpty()) {
            take(rewrite.remove(0).pack);
        }
        if (recompact.size() == 1 && recompact.get(0).dead == 0) {
            take(recompact.remove(0).pack);
        }
        consolidate(recompact, List.of(), temporary.resolve("compact"), Form.COMPACT);
        consolidate(rewrite, loose, temporary, Form.COMPRESSED);
        removeOrphans();
        return result();
    }

    /** Removes what is not needed at all, and writes nothing. */
    public Result removeOnly() throws IOException {
        sort(new ArrayList<>());
        loose();
        removeOrphans();
        return result();
    }

    private Result result() {
        return new Result(objectsFreed, bytesFreed, packsRemoved, packsWritten, List.copyOf(notes));
    }

    /** Takes what is held, removes what nobody needs, and finds the packs that are to be looked at. */
    private List<Pack> sort(List<Pack> paged) throws IOException {
        List<Pack> others = new ArrayList<>();
        List<Candidate> useless = new ArrayList<>();
        for (Pack pack : objects.packsNow()) {
            cancellation.throwIfCancelled();
            if (isHeld(pack)) {
                take(pack);
            } else if (isUseless(pack)) {
                useless.add(new Candidate(pack, size(pack), pack.index().count(), size(pack)));
            } else {
                (isForMachines(pack) ? paged : others).add(pack);
            }
        }
        remove(useless);
        return others;
    }

    boolean isUseless(Pack pack) {
        for (int i = 0; i < pack.index().count(); i++) {
            if (pack.index().isIn(live, i)) {
                return false;
            }
        }
        return true;
    }

    private void remove(List<Candidate> useless) throws IOException {
        if (!useless.isEmpty()) {
            check();
        }
        for (Candidate candidate : useless) {
            if (remove(candidate.pack)) {
                objectsFreed += candidate.dead;
                bytesFreed += candidate.size;
            }
        }
    }

    void check() throws IOException {
        if (!dryRun) {
            precondition.check();
        }
    }

    boolean isHeld(Pack pack) throws IOException {
        Path keep = sibling(pack, KEEP);
        if (Files.exists(keep) && !isForMachines(pack)) {
            notes.add("the pack " + pack.file().getFileName() + " stays: there is " + keep.getFileName());
            return true;
        }
        if (readers.has(pack.file())) {
            notes.add("the pack " + pack.file().getFileName() + " stays: a machine reads from it");
            return true;
        }
        return isNew(pack.file());
    }

    /** Whether its files lie in whole pages; where somebody else says that a pack is to be kept, it is. */
    private static boolean isForMachines(Pack pack) throws IOException {
        return PackWriter.Paging.of(pack.file()) != PackWriter.Paging.NONE;
    }

    private boolean isNew(Path file) throws IOException {
        return !Files.getLastModifiedTime(file).toInstant().isBefore(start);
    }

    private static Path sibling(Pack pack, String ending) {
        String name = String.valueOf(pack.file().getFileName());
        return pack.file().resolveSibling(name.substring(0, name.length() - ".pack".length()) + ending);
    }

    private void take(Pack pack) {
        pack.index().addAllTo(taken);
    }

    private boolean isNeeded(PackIndex index, int position) {
        return index.isIn(live, position) && !index.isIn(taken, position);
    }

    private static long size(Pack pack) throws IOException {
        return Files.size(pack.file()) + Files.size(pack.index().file());
    }

    private Candidate look(Pack pack) throws IOException {
        PackIndex index = pack.index();
        int dead = 0;
        for (int i = 0; i < index.count(); i++) {
            dead += isNeeded(index, i) ? 0 : 1;
        }
        long deadBytes = dead == 0 ? 0 : Files.size(pack.file());
        if (dead > 0 && dead < index.count()) {
            deadBytes = 0;
            try (PackEntries entries = new PackEntries(pack)) {
                for (int i = 0; i < entries.count(); i++) {
                    deadBytes += isNeeded(index, entries.position(i)) ? 0 : entries.length(i);
                }
            }
        }
        return new Candidate(pack, size(pack), dead, deadBytes);
    }

    /** Whether nobody reads from it, and it is gone. */
    boolean remove(Pack pack) throws IOException {
        boolean removed = dryRun ? !readers.has(pack.file()) : readers.unlessRead(pack.file(), () -> delete(pack));
        packsRemoved += removed ? 1 : 0;
        return removed;
    }

    /**
     * What names it first, then its index: without that the rest is a file that nobody looks at, and the next run removes.
     */
    private void delete(Pack pack) throws IOException {
        PackCover.remove(objects.folder().resolve("pack"));
        Directories.remove(objects.folder().resolve("info/commit-graph"));
        Directories.remove(objects.folder().resolve("info/commit-graphs"));
        for (String ending : ENDINGS) {
            Files.deleteIfExists(sibling(pack, ending));
        }
    }

    private record Loose(ObjectName name, Path file, long size) {}

    /** Removes the loose objects that are not needed; the others. */
    private List<Loose> loose() throws IOException {
        List<Loose> needed = new ArrayList<>();
        boolean checked = false;
        for (int i = 0; i < 256; i++) {
            cancellation.throwIfCancelled();
            String prefix = String.format(Locale.ROOT, "%02x", i);
            try (DirectoryStream<Path> files =
                    Files.newDirectoryStream(objects.folder().resolve(prefix))) {
                for (Path file : files) {
                    String text = prefix + file.getFileName();
                    if (!text.matches("[0-9a-f]{40}") || isNew(file)) {
                        continue;
                    }
                    Loose loose = new Loose(new ObjectName(text), file, Files.size(file));
                    if (live.contains(loose.name)) {
                        needed.add(loose);
                        continue;
                    }
                    if (!checked) {
                        check();
                        checked = true;
                    }
                    objectsFreed++;
                    removeLoose(loose);
                }
            } catch (NoSuchFileException e) {
                // No loose object begins with this byte.
            }
        }
        return needed;
    }

    /** Those that are needed; the others stay too. */
    List<ObjectName> neededLoose() throws IOException {
        List<ObjectName> names = new ArrayList<>();
        for (Loose one : loose()) {
            names.add(one.name);
        }
        return names;
    }

    long bytes(List<ObjectName> loose) throws IOException {
        long bytes = 0;
        for (ObjectName name : loose) {
            bytes += Files.size(objects.loosePath(name));
        }
        return bytes;
    }

    void removeLoose(List<ObjectName> loose) throws IOException {
        for (ObjectName name : loose) {
            Files.deleteIfExists(objects.loosePath(name));
        }
    }

    private void removeLoose(Loose loose) throws IOException {
        bytesFreed += loose.size;
        if (!dryRun) {
            Files.deleteIfExists(loose.file);
        }
    }

    /**
     * Writes packs that machines read from anew only where that frees much or leaves fewer of them: images that name them have
     * to be made again. Small ones are merged; a large one stays by itself, so that who reads from it sees one layer's files.
     */
    private void consolidatePaged(List<Candidate> paged, Path temporary) throws IOException {
        List<Candidate> merge = new ArrayList<>();
        for (Candidate candidate : paged) {
            boolean wasteful = candidate.deadBytes > candidate.size / PAGED_WASTE;
            boolean mixed = PackWriter.Paging.of(candidate.pack.file()) == PackWriter.Paging.MIXED;
            if (candidate.size < PAGED_SMALL || (mixed && (wasteful || candidate.size < LARGE))) {
                merge.add(candidate);
            } else if (wasteful) {
                String name = String.valueOf(candidate.pack.file().getFileName());
                consolidate(new ArrayList<>(List.of(candidate)), List.of(), temporary.resolve(name), Form.ONE_LAYER);
            } else {
                take(candidate.pack);
            }
        }
        if (merge.size() == 1 && isGoodEnough(merge.get(0))) {
            take(merge.remove(0).pack);
        }
        consolidate(merge, List.of(), temporary.resolve("paged"), Form.MIXED);
    }

    /** Writing a small one anew costs nothing, and what nobody needs is gone then. */
    private static boolean isGoodEnough(Candidate only) {
        return only.dead == 0 || (only.size >= PAGED_SMALL && only.deadBytes <= only.size / PAGED_WASTE);
    }

    /** How a pack is written anew. */
    private enum Form {
        COMPRESSED,
        /** Those that are as small as they can be stay so. */
        COMPACT,
        ONE_LAYER,
        MIXED
    }

    private void consolidate(List<Candidate> rewrite, List<Loose> loose, Path temporary, Form form) throws IOException {
        rewrite.sort(Comparator.comparingLong(Candidate::liveBytes));
        int number = 0;
        List<Loose> waiting = new ArrayList<>(loose);
        for (int at = 0; at < rewrite.size() || !waiting.isEmpty(); ) {
            List<Candidate> group = new ArrayList<>();
            long bytes = 0;
            while (at < rewrite.size()
                    && (group.isEmpty() || bytes + rewrite.get(at).liveBytes() <= GROUP)) {
                bytes += rewrite.get(at).liveBytes();
                group.add(rewrite.get(at++));
            }
            Path folder = temporary.resolve("pack-" + number++);
            try {
                write(group, waiting, folder, form);
            } catch (IOException e) {
                if (!isFull(e)) {
                    throw e;
                }
                notes.add("no room to write " + (rewrite.size() - at + group.size())
                        + " packs anew, which would free more: run it again when there is");
                return;
            } finally {
                Directories.remove(folder);
            }
            waiting = List.of();
        }
    }

    static boolean isFull(IOException e) {
        String message = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
        return message.contains("no space left") || message.contains("disk quota exceeded");
    }

    private void write(List<Candidate> group, List<Loose> loose, Path folder, Form form) throws IOException {
        if (dryRun) {
            group.forEach(candidate -> {
                objectsFreed += candidate.dead;
                bytesFreed += candidate.deadBytes;
                packsRemoved++;
            });
            packsWritten++;
            return;
        }
        long before = 0;
        Files.createDirectories(folder);
        String name;
        List<Loose> packed = new ArrayList<>();
        Path packs = objects.folder().resolve("pack");
        boolean inPages = form == Form.ONE_LAYER || form == Form.MIXED;
        try (PackWriter writer = !inPages
                ? PackWriter.again(packs, folder)
                : PackWriter.pageAlignedAgain(packs, folder, form == Form.MIXED)) {
            for (Candidate candidate : group) {
                before += candidate.size;
                if (inPages) {
                    copyPages(candidate.pack, writer);
                } else {
                    copy(candidate.pack, writer, form);
                }
            }
            for (Loose one : loose) {
                if (taken.contains(one.name) || add(one, writer)) {
                    taken.add(one.name);
                    packed.add(one);
                }
            }
            writer.finish();
            name = writer.packName();
        }
        check();
        long after = 0;
        if (!name.isEmpty()) {
            packsWritten++;
            if (form == Form.COMPACT) {
                compacted.add(name, packs);
            }
            after = Files.size(objects.folder().resolve("pack/" + name + ".pack"))
                    + Files.size(objects.folder().resolve("pack/" + name + ".idx"));
        }
        for (Candidate candidate : group) {
            // What is written anew with nothing left out is the same file under the same name.
            if (String.valueOf(candidate.pack.file().getFileName()).equals(name + ".pack")) {
                continue;
            }
            if (remove(candidate.pack)) {
                objectsFreed += candidate.dead;
            } else {
                before -= candidate.size; // a machine began to read from it meanwhile
            }
        }
        AtomicFile.syncFolder(objects.folder().resolve("pack"));
        for (Loose one : packed) {
            removeLoose(one);
        }
        bytesFreed += before - after;
        objects.rescan();
    }

    /** What is done with an object of a pack: the entry of that number, whose name stands at that place of the index. */
    @FunctionalInterface
    private interface Use {
        void of(PackEntries entries, int entry, int position) throws IOException;
    }

    /** Those that are needed and not taken yet, in the order of the pack; they are taken then. */
    private void takeNeeded(Pack pack, Use use) throws IOException {
        PackIndex index = pack.index();
        try (PackEntries entries = new PackEntries(pack)) {
            for (int i = 0; i < entries.count(); i++) {
                cancellation.throwIfCancelled();
                int position = entries.position(i);
                if (isNeeded(index, position)) {
                    index.addTo(taken, position);
                    use.of(entries, i, position);
                }
            }
        }
    }

    private void copy(Pack pack, PackWriter writer, Form form) throws IOException {
        List<CompactItem> orphans = new ArrayList<>();
        takeNeeded(pack, (entries, entry, position) -> {
            if (entries.copy(entry, writer, cancellation)) {
                return;
            }
            byte[] key = pack.index().key(position);
            GitObject delta = objects.open(Sha1.name(key));
            if (form == Form.COMPACT) {
                long offset = pack.index().offset(position);
                orphans.add(new CompactItem(key, pack, offset, delta.type(), delta.size(), hints.of(key)));
            } else {
                writer.add(delta.type(), delta.bytes());
            }
        });
        // What they were based on is gone, but they are alike.
        CompactWriter.append(objects, orphans, writer, cancellation);
    }

    /** The same for a pack that machines read from: where an entry begins decides about the padding in it. */
    private void copyPages(Pack pack, PackWriter writer) throws IOException {
        takeNeeded(pack, (entries, entry, position) -> {
            ObjectName name = Sha1.name(pack.index().key(position));
            GitObject object = pack.open(name, pack.index().offset(position), objects::open);
            if (object.type() == ObjectType.BLOB && PackWriter.isForPages(object.size())) {
                // Read to its end, it is compared with its name.
                try (InputStream in = object.open()) {
                    writer.addInPages(name, object.size(), in);
                }
            } else {
                writer.add(object.type(), object.bytes());
            }
        });
    }

    private boolean add(Loose one, PackWriter writer) throws IOException {
        GitObject object = objects.open(one.name);
        if (object.size() > LARGEST_LOOSE) {
            return false;
        }
        byte[] content;
        try (InputStream in = object.open()) {
            content = in.readAllBytes();
        }
        writer.add(object.type(), content);
        return true;
    }

    /** Packs without an index: of a writer, or of a run like this one, that was killed. */
    private void removeOrphans() throws IOException {
        Instant old = start.minusSeconds(3600);
        try (DirectoryStream<Path> files =
                Files.newDirectoryStream(objects.folder().resolve("pack"), "pack-*.pack")) {
            for (Path file : files) {
                String name = String.valueOf(file.getFileName());
                Path index = file.resolveSibling(name.substring(0, name.length() - ".pack".length()) + ".idx");
                if (!Files.exists(index)
                        && Files.getLastModifiedTime(file).toInstant().isBefore(old)) {
                    bytesFreed += Files.size(file);
                    if (!dryRun) {
                        Files.deleteIfExists(file);
                    }
                }
            }
        } catch (NoSuchFileException e) {
            // There are no packs yet.
        }
        removeLonelyKeeps(old);
    }

    private void removeLonelyKeeps(Instant old) throws IOException {
        try (DirectoryStream<Path> files =
                Files.newDirectoryStream(objects.folder().resolve("pack"), "pack-*" + KEEP)) {
            for (Path file : files) {
                boolean lonely = !Files.exists(StorageCheck.other(file, ".pack"))
                        && PackWriter.Paging.of(file) != PackWriter.Paging.NONE;
                if (lonely
                        && !dryRun
                        && Files.getLastModifiedTime(file).toInstant().isBefore(old)) {
                    Files.deleteIfExists(file);
                }
            }
        } catch (NoSuchFileException e) {
            // There are no packs yet.
        }
    }
}
