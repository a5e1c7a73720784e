package org.sourceos.gitstore.git;

import java.util.Arrays;
import java.util.Optional;

/**
 * A content that others can be said in terms of: finds what they have in common with it ({@code gitformat-pack(5)}, deltified
 * representation), by the hashes of its blocks of sixteen bytes. {@link Delta} reads what this writes.
 */
final class DeltaBase {
    private static final int BLOCK = 16;
    private static final int MULTIPLIER = 0x01000193;
    /** The multiplier to the power of fifteen, by which the byte that leaves the block has been multiplied. */
    private static final int LEAVING = power(MULTIPLIER, BLOCK - 1);
    /** Where many blocks are the same, looking at all of them would take for ever. */
    private static final int MOST_TRIED = 24;
    /** So long that looking for something better is not worth it. */
    private static final int GOOD = 1 << 12;
    /** Git reads no longer ones in packs of version 2. */
    private static final int LONGEST_COPY = 1 << 16;

    private static final int LONGEST_LITERAL = 127;

    private final byte[] base;
    private final int shift;
    /** By hash: the number of the last block with it, plus one. */
    private final int[] heads;
    /** By number of a block: that of the one before it with the same hash, plus one. */
    private final int[] before;

    DeltaBase(byte[] base) {
        this.base = base;
        int blocks = base.length / BLOCK;
        int bits = Math.max(4, 32 - Integer.numberOfLeadingZeros(blocks));
        this.shift = 32 - bits;
        this.heads = new int[1 << bits];
        this.before = new int[blocks];
        int last = 0;
        for (int i = 0; i < blocks; i++) {
            int hash = hash(base, i * BLOCK);
            if (i > 0 && hash == last) {
                continue; // of many zeros the first will do
            }
            last = hash;
            int slot = slot(hash);
            before[i] = heads[slot];
            heads[slot] = i + 1;
        }
    }

    /** How much memory the index of a content of that size takes, besides the content. */
    static long memory(long size) {
        return size / BLOCK * 4 + Integer.highestOneBit((int) Math.max(16, size / BLOCK)) * 8L;
    }

    private static int power(int number, int exponent) {
        int power = 1;
        for (int i = 0; i < exponent; i++) {
            power *= number;
        }
        return power;
    }

    private static int hash(byte[] bytes, int at) {
        int hash = 0;
        for (int i = at; i < at + BLOCK; i++) {
            hash = hash * MULTIPLIER + bytes[i];
        }
        return hash;
    }

    private int slot(int hash) {
        return (hash * 0x9E3779B1) >>> shift;
    }

    /** The instructions that make {@code target} of the base; empty if they would be longer than {@code limit}. */
    Optional<byte[]> encode(byte[] target, int limit) {
        Instructions out = new Instructions(limit);
        out.size(base.length);
        out.size(target.length);
        int literal = 0;
        int at = 0;
        int hash = target.length >= BLOCK ? hash(target, 0) : 0;
        while (at + BLOCK <= target.length) {
            Match match = find(target, at, literal, hash);
            if (match.length == 0) {
                if (at - literal > limit) {
                    return Optional.empty();
                }
                if (at + BLOCK < target.length) {
                    hash = (hash - target[at] * LEAVING) * MULTIPLIER + target[at + BLOCK];
                }
                at++;
                continue;
            }
            if (!out.literal(target, literal, match.target) || !out.copy(match.source, match.length)) {
                return Optional.empty();
            }
            literal = match.target + match.length;
            at = literal;
            if (at + BLOCK <= target.length) {
                hash = hash(target, at);
            }
        }
        return out.literal(target, literal, target.length) ? Optional.of(out.bytes()) : Optional.empty();
    }

    /** @param length 0 for nothing */
    private record Match(int source, int target, int length) {
        static final Match NONE = new Match(0, 0, 0);
    }

    private Match find(byte[] target, int at, int literal, int hash) {
        Match best = Match.NONE;
        int tried = 0;
        for (int block = heads[slot(hash)]; block != 0 && tried < MOST_TRIED; block = before[block - 1], tried++) {
            int source = (block - 1) * BLOCK;
            if (!Arrays.equals(base, source, source + BLOCK, target, at, at + BLOCK)) {
                continue;
            }
            int most = Math.min(base.length - source, target.length - at);
            int forward = Arrays.mismatch(base, source, source + most, target, at, at + most);
            forward = forward < 0 ? most : forward;
            int backward = 0;
            while (backward < source
                    && at - backward > literal
                    && base[source - backward - 1] == target[at - backward - 1]) {
                backward++;
            }
            if (forward + backward > best.length) {
                best = new Match(source - backward, at - backward, forward + backward);
                if (best.length >= GOOD) {
                    break;
                }
            }
        }
        return best;
    }

    /** What is written so far, up to a limit. */
    private static final class Instructions {
        private final int limit;
        private byte[] out = new byte[256];
        private int length;

        Instructions(int limit) {
            this.limit = limit;
        }

        private void put(int b) {
            if (length == out.length) {
                out = Arrays.copyOf(out, out.length * 2);
            }
            out[length++] = (byte) b;
        }

        void size(int size) {
            int rest = size;
            for (; rest > 0x7f; rest >>>= 7) {
                put(rest | 0x80);
            }
            put(rest);
        }

        boolean literal(byte[] from, int start, int end) {
            if (length + (end - start) > limit) {
                return false;
            }
            for (int at = start; at < end; at += LONGEST_LITERAL) {
                int n = Math.min(LONGEST_LITERAL, end - at);
                put(n);
                for (int i = 0; i < n; i++) {
                    put(from[at + i]);
                }
            }
            return length <= limit;
        }

        boolean copy(int source, int size) {
            for (int done = 0; done < size; done += LONGEST_COPY) {
                copyOnce(source + done, Math.min(LONGEST_COPY, size - done));
            }
            return length <= limit;
        }

        private void copyOnce(int source, int size) {
            int op = length;
            put(0);
            int bits = 0x80;
            for (int k = 0; k < 4; k++) {
                int b = source >>> (8 * k) & 0xff;
                if (b != 0) {
                    put(b);
                    bits |= 1 << k;
                }
            }
            // Nothing said means the longest.
            for (int k = 0; k < 2 && size < LONGEST_COPY; k++) {
                int b = size >>> (8 * k) & 0xff;
                if (b != 0) {
                    put(b);
                    bits |= 0x10 << k;
                }
            }
            out[op] = (byte) bits;
        }

        byte[] bytes() {
            return Arrays.copyOf(out, length);
        }
    }
}
