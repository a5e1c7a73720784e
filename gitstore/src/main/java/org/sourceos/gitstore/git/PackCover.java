package org.sourceos.gitstore.git;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.sourceos.host.AtomicFile;
import org.sourceos.host.Directories;

/**
 * Git's one index for many packs, written so that look-ups cost the same however many packs there are. It need not be complete:
 * packs that it does not name are asked by their own indexes. But it must not name what is not there, for git's sake: who
 * removes a pack {@linkplain #remove removes} it before. The caller holds the writer's lock.
 */
public final class PackCover {
    /** So many packs may be asked one by one … */
    private static final int FEW = 12;
    /** … and one more for so many objects, as writing it costs what there are of those. */
    private static final int OBJECTS_PER_PACK = 50_000;

    private static final int OBJECT_BYTES = 28;
    /** Of the memory that there is, what writing may take. */
    private static final int SHARE_OF_MEMORY = 3;

    private final PackCatalogue catalogue;

    /** Where temporary files may be made: a new folder on the repository's file system. */
    @FunctionalInterface
    public interface Scratch {
        Path folder() throws IOException;
    }

    private PackCover(GitObjects objects) {
        this.catalogue = objects.catalogue();
    }

    /** After packs were written: writes it if there are so many that it does not cover that it is worth it. */
    public static void extend(GitObjects objects, Scratch scratch) {
        PackCover cover = new PackCover(objects);
        cover.attempt(cover::isDue, scratch);
    }

    /** After packs were removed: writes it if it lacks any. */
    public static void complete(GitObjects objects, Scratch scratch) {
        PackCover cover = new PackCover(objects);
        cover.attempt(cover::isIncomplete, scratch);
    }

    @FunctionalInterface
    private interface Condition {
        boolean holds() throws IOException;
    }

    /** What cannot be written, as where the disk is full, is not missed: each pack has an index. */
    private void attempt(Condition when, Scratch scratch) {
        try {
            if (when.holds()) {
                Path temporary = scratch.folder();
                try {
                    write(temporary);
                } finally {
                    Directories.remove(temporary);
                }
            }
        } catch (IOException e) {
            // The next one who writes to the store tries again.
        }
    }

    private boolean isDue() throws IOException {
        PackList list = catalogue.now();
        MultiPackIndex index = list.index();
        return list.others().size() > FEW + (index == null ? 0 : index.count() / OBJECTS_PER_PACK);
    }

    private boolean isIncomplete() throws IOException {
        catalogue.refresh();
        PackList list = catalogue.now();
        return list.all().size() > 1 && (!list.others().isEmpty() || !list.isWhole());
    }

    /** Whether a file is one. */
    public static boolean isAt(Path file) {
        return file.endsWith(MultiPackIndex.NAME);
    }

    /** Removes it, before a pack goes that it may name. A power cut leaves the packs, or neither. */
    static void remove(Path packFolder) throws IOException {
        if (Files.deleteIfExists(packFolder.resolve(MultiPackIndex.NAME))) {
            AtomicFile.syncFolder(packFolder);
        }
    }

    /**
     * Writes it, flushed, if it is not complete: what the old one says is merged with what the other packs' indexes say, all
     * of it compared with their checksums. A pack whose index is damaged is left out.
     */
    private void write(Path temporary) throws IOException {
        catalogue.refresh();
        PackList list = catalogue.now();
        if (!fits(list)) {
            return;
        }
        Optional<MultiPackIndex> old =
                Optional.ofNullable(list.index()).filter(index -> list.isWhole() && index.isSound());
        boolean good = old.isPresent();
        if (good && list.others().isEmpty()) {
            return;
        }
        Set<KnownPack> others = Set.copyOf(list.others());
        Map<String, KnownPack> packs = new TreeMap<>();
        List<KnownPack> added = new ArrayList<>();
        for (KnownPack pack : list.all()) {
            boolean isNew = !good || others.contains(pack);
            if (!isNew) {
                packs.put(name(pack), pack);
            } else if (isReadable(pack) && pack.index().isSound()) {
                packs.put(name(pack), pack);
                added.add(pack);
            }
        }
        if (packs.isEmpty()) {
            remove(catalogue.folder());
            return;
        }
        List<String> names = List.copyOf(packs.keySet());
        List<NameMerge.Source> sources = new ArrayList<>();
        old.ifPresent(index -> sources.add(new NameMerge.Source(index, numbers(index.packs(), names))));
        for (KnownPack pack : added) {
            sources.add(new NameMerge.Source(pack.index(), numbers(List.of(name(pack)), names)));
        }
        NameMerge merged = NameMerge.of(sources, new Better(List.copyOf(packs.values())));
        install(new MultiPackIndexFile(names, merged), temporary.resolve(MultiPackIndex.NAME), list);
    }

    /** Whether it can be written in the memory that there is, and read then. */
    private static boolean fits(PackList list) throws IOException {
        MultiPackIndex old = list.index();
        long objects = old == null ? 0 : old.count();
        for (KnownPack pack : list.others()) {
            objects += isReadable(pack) ? pack.index().count() : 0;
        }
        return objects * OBJECT_BYTES < Integer.MAX_VALUE - (1 << 20)
                && NameMerge.memory(objects) < Runtime.getRuntime().maxMemory() / SHARE_OF_MEMORY;
    }

    private static String name(KnownPack pack) {
        return String.valueOf(pack.indexFile().getFileName());
    }

    private static boolean isReadable(KnownPack pack) throws IOException {
        try {
            return pack.index().count() >= 0;
        } catch (NoSuchFileException | CorruptObjectException e) {
            return false;
        }
    }

    private static int[] numbers(List<String> of, List<String> in) {
        return of.stream()
                .mapToInt(name -> java.util.Collections.binarySearch(in, name, Comparator.naturalOrder()))
                .toArray();
    }

    private void install(MultiPackIndexFile file, Path written, PackList old) throws IOException {
        Path folder = catalogue.folder();
        AtomicFile.write(written, file::write);
        Files.setPosixFilePermissions(written, PosixFilePermissions.fromString("r--r--r--"));
        AtomicFile.moveIntoPlace(written, folder.resolve(MultiPackIndex.NAME));
        AtomicFile.syncFolder(folder);
        for (String leftover : old.leftovers()) {
            // Git's bitmaps of the one that was there before.
            if (leftover.matches(MultiPackIndex.NAME + "-[0-9a-f]{40}\\.(bitmap|rev)")) {
                Files.deleteIfExists(folder.resolve(leftover));
            }
        }
        catalogue.refresh();
    }

    /** Where one of two copies of an object is better to have: in a pack that machines read from. */
    private static final class Better implements NameMerge.Preference {
        private final List<KnownPack> packs;
        private final int[] ranks;

        Better(List<KnownPack> packs) {
            this.packs = packs;
            this.ranks = new int[packs.size()];
            Arrays.fill(ranks, -1);
        }

        @Override
        public boolean better(int pack, int than) throws IOException {
            return rank(pack) < rank(than);
        }

        private int rank(int pack) throws IOException {
            if (ranks[pack] < 0) {
                boolean paged = PackWriter.Paging.of(packs.get(pack).file()) != PackWriter.Paging.NONE;
                ranks[pack] = paged ? 0 : 1;
            }
            return ranks[pack];
        }
    }
}
