package org.sourceos.gitstore.git;

import java.io.IOException;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * An object that is to be written as small as possible.
 *
 * @param pack the one that has it; null for a loose one
 * @param offset where in the pack
 * @param size of its content
 * @param hint what {@link NameHints} say of it
 */
record CompactItem(byte[] key, @Nullable Pack pack, long offset, ObjectType type, long size, int hint) {
    /** What is alike comes together, the larger one first: to leave something out takes fewer bytes than to add it. */
    static final Comparator<CompactItem> ALIKE = Comparator.comparing(CompactItem::type)
            .thenComparingInt(CompactItem::hint)
            .thenComparing(Comparator.comparingLong(CompactItem::size).reversed())
            .thenComparing(CompactItem::key, java.util.Arrays::compareUnsigned);

    boolean isLike(CompactItem other) {
        return type == other.type && hint == other.hint;
    }

    GitObject open(GitObjects objects) throws IOException {
        return pack == null ? objects.open(Sha1.name(key)) : pack.open(Sha1.name(key), offset, objects::open);
    }
}
