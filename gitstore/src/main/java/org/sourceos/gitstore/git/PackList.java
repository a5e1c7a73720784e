package org.sourceos.gitstore.git;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The packs that there were at one look: those that git's one index for many of them covers, and the others. */
final class PackList {
    private final @Nullable MultiPackIndex index;
    /** By their numbers in the index; null where there is no such pack. */
    private final @Nullable KnownPack[] covered;

    private final List<KnownPack> others;
    private final List<String> leftovers;

    /** @param leftovers files beside an index of many packs that belonged to an earlier one */
    PackList(
            @Nullable MultiPackIndex index,
            @Nullable KnownPack[] covered,
            List<KnownPack> others,
            List<String> leftovers) {
        this.index = index;
        this.covered = covered.clone();
        this.others = List.copyOf(others);
        this.leftovers = List.copyOf(leftovers);
    }

    @Nullable MultiPackIndex index() {
        return index;
    }

    /** Those that have to be asked one by one. */
    List<KnownPack> others() {
        return others;
    }

    List<String> leftovers() {
        return leftovers;
    }

    List<KnownPack> all() {
        List<KnownPack> all = new ArrayList<>(others);
        Arrays.stream(covered).filter(Objects::nonNull).forEach(all::add);
        return all;
    }

    boolean isWhole() {
        return Arrays.stream(covered).noneMatch(Objects::isNull);
    }

    /** A pack and where in it something begins. */
    record Place(KnownPack pack, long offset) {}

    /**
     * Where the index of many has the object; null when it has not, or in a pack that is gone.
     *
     * @throws CorruptObjectException if the index cannot be right
     */
    @Nullable Place covered(byte[] name) throws CorruptObjectException {
        if (index == null) {
            return null;
        }
        int at = index.position(name);
        KnownPack pack = at < 0 ? null : covered[index.pack(at)];
        return pack == null ? null : new Place(pack, index.offset(at));
    }

    /** Whether the index of many has the object in a pack that is not there: another may have it too. */
    boolean isInGonePack(byte[] name) throws CorruptObjectException {
        if (index == null) {
            return false;
        }
        int at = index.position(name);
        return at >= 0 && covered[index.pack(at)] == null;
    }

    /** Where one of these packs has the object, by its own index. */
    static @Nullable Place in(List<KnownPack> packs, byte[] name) throws IOException {
        for (KnownPack pack : packs) {
            long offset = pack.offset(name);
            if (offset >= 0) {
                return new Place(pack, offset);
            }
        }
        return null;
    }
}
