package org.sourceos.gitstore.git;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which packs a repository has, and what was read of their indexes. It may be old: who misses something asks it to
 * {@linkplain #refresh look again}, which costs nothing while the folder is as it was. Nothing of it stays open, so it can be
 * kept as long as one likes. Safe for several threads.
 */
final class PackCatalogue {
    private static final String NAME = "pack-[0-9a-f]{40}\\.idx";

    private final Path folder;
    private volatile @Nullable PackList list;
    private @Nullable FileStamp stamp;
    private Map<String, KnownPack> known = new HashMap<>();
    private @Nullable MultiPackIndex index;
    private @Nullable FileStamp indexStamp;
    private @Nullable FileStamp distrusted;

    /** @param folder with the packs */
    PackCatalogue(Path folder) {
        this.folder = folder;
    }

    Path folder() {
        return folder;
    }

    /** As it was at the last look. */
    PackList now() throws IOException {
        PackList seen = list;
        if (seen == null) {
            refresh();
            seen = list;
        }
        return seen == null ? new PackList(null, new KnownPack[0], List.of(), List.of()) : seen;
    }

    /**
     * Where the index of many has an object, without a look at which packs there are: it may be old, and the pack gone. Null
     * where it has not.
     */
    PackList.@Nullable Place guess(byte[] name) throws IOException {
        PackList seen = list;
        if (seen != null) {
            return seen.covered(name);
        }
        synchronized (this) {
            readIndex(true);
            MultiPackIndex of = index;
            int at = of == null ? -1 : of.position(name);
            if (of == null || at < 0) {
                return null;
            }
            String pack = of.packs().get(of.pack(at));
            return pack.matches(NAME)
                    ? new PackList.Place(
                            known.computeIfAbsent(pack, it -> new KnownPack(folder.resolve(pack(it)))), of.offset(at))
                    : null;
        }
    }

    /** Looks again, unless nothing can have changed; whether there is a pack that was not there, or another index of many. */
    synchronized boolean refresh() throws IOException {
        FileStamp now;
        try {
            now = FileStamp.of(folder);
        } catch (NoSuchFileException e) {
            forget();
            return false;
        }
        FileStamp before = stamp;
        if (list != null && before != null && now.isSurely(before)) {
            return false;
        }
        Set<String> names = names();
        Map<String, KnownPack> there = new HashMap<>();
        boolean more = false;
        for (String name : names) {
            if (name.startsWith("pack-") && name.endsWith(".idx") && names.contains(pack(name))) {
                KnownPack same = known.get(name);
                if (same == null || !same.isCurrent()) {
                    same = new KnownPack(folder.resolve(pack(name)));
                    more = true;
                }
                there.put(name, same);
            }
        }
        more |= readIndex(names.contains(MultiPackIndex.NAME));
        known = there;
        list = arrange(there, names);
        stamp = now;
        return more;
    }

    private static String pack(String index) {
        return index.substring(0, index.length() - ".idx".length()) + ".pack";
    }

    private Set<String> names() throws IOException {
        Set<String> names = new HashSet<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            files.forEach(file -> names.add(String.valueOf(file.getFileName())));
        } catch (NoSuchFileException e) {
            // There are none.
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return names;
    }

    /** Whether it is another than before. */
    private boolean readIndex(boolean there) throws IOException {
        MultiPackIndex before = index;
        try {
            FileStamp now = there ? FileStamp.of(folder.resolve(MultiPackIndex.NAME)) : null;
            FileStamp seen = indexStamp;
            FileStamp wrong = distrusted;
            if (now == null || (wrong != null && now.looksLike(wrong))) {
                index = null;
            } else if (seen == null || !now.looksLike(seen)) {
                index = MultiPackIndex.open(folder.resolve(MultiPackIndex.NAME)).orElse(null);
            }
            indexStamp = now;
        } catch (CorruptObjectException | NoSuchFileException | AccessDeniedException e) {
            // The packs' own indexes are asked then; a verification says what is wrong with this one.
            index = null;
            indexStamp = null;
        }
        return index != before;
    }

    private PackList arrange(Map<String, KnownPack> there, Set<String> names) {
        Map<String, KnownPack> others = new HashMap<>(there);
        List<@Nullable KnownPack> covered = new ArrayList<>();
        MultiPackIndex of = index;
        if (of != null) {
            for (String name : of.packs()) {
                covered.add(others.remove(name));
            }
        }
        List<String> leftovers = names.stream()
                .filter(name -> name.startsWith(MultiPackIndex.NAME + "-"))
                .toList();
        return new PackList(of, covered.toArray(new KnownPack[0]), List.copyOf(others.values()), leftovers);
    }

    /** The index of many says what cannot be: until there is another, each pack's own is asked. */
    synchronized void distrust() throws IOException {
        distrusted = indexStamp;
        stamp = null;
        refresh();
    }

    /** Everything is read anew at the next look. */
    synchronized void forget() {
        list = null;
        stamp = null;
        known = new HashMap<>();
        index = null;
        indexStamp = null;
    }
}
