package org.sourceos.gitstore.git;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.sourceos.gitstore.ObjectName;

/**
 * What an entry of a pack begins with ({@code gitformat-pack(5)}, "pack-*.pack files have the following format").
 *
 * @param type an {@link ObjectType}'s number, or that of one of the two kinds of delta
 * @param size of what follows, inflated
 * @param back how far before this entry that one begins which an {@link #OFS_DELTA} is based on; 0 for others
 * @param base what a {@link #REF_DELTA} is based on; null for others
 * @param length of the header itself
 */
record EntryHeader(int type, long size, long back, @Nullable ObjectName base, int length) {
    static final int OFS_DELTA = 6;
    static final int REF_DELTA = 7;
    /** No file is so large; beyond it the numbers would not fit. */
    private static final long FARTHEST = 1L << 50;

    private static final int MOST_BITS = 60;
    private static final int NAME_BYTES = 20;

    boolean isDelta() {
        return type == OFS_DELTA || type == REF_DELTA;
    }

    /** Fails with {@link EOFException} where it is cut short, {@link CorruptObjectException} where it has a number no pack has. */
    static EntryHeader read(InputStream in) throws IOException {
        int b = next(in);
        int length = 1;
        int type = (b >> 4) & 7;
        long size = b & 15;
        for (int shift = 4; (b & 0x80) != 0; shift += 7) {
            if (shift >= MOST_BITS) {
                throw new CorruptObjectException("an object of an impossible size");
            }
            b = next(in);
            length++;
            size |= (long) (b & 0x7f) << shift;
        }
        if (type == REF_DELTA) {
            byte[] name = in.readNBytes(NAME_BYTES);
            if (name.length < NAME_BYTES) {
                throw new EOFException("cut short");
            }
            return new EntryHeader(type, size, 0, Sha1.name(name), length + name.length);
        }
        if (type != OFS_DELTA) {
            return new EntryHeader(type, size, 0, null, length);
        }
        b = next(in);
        length++;
        long back = b & 0x7f;
        while ((b & 0x80) != 0) {
            if (back >= FARTHEST) {
                throw new CorruptObjectException("a delta against nothing");
            }
            b = next(in);
            length++;
            back = ((back + 1) << 7) | (b & 0x7f);
        }
        return new EntryHeader(type, size, back, null, length);
    }

    private static int next(InputStream in) throws IOException {
        int b = in.read();
        if (b < 0) {
            throw new EOFException("cut short");
        }
        return b;
    }

    /** The bytes of one, of an object as it is. */
    static byte[] of(ObjectType type, long size) {
        return of(type.number(), size);
    }

    private static byte[] of(int type, long size) {
        byte[] head = new byte[10];
        int n = 0;
        int low = (type << 4) | (int) (size & 15);
        for (long rest = size >>> 4; rest != 0; rest >>>= 7) {
            head[n++] = (byte) (low | 0x80);
            low = (int) (rest & 0x7f);
        }
        head[n++] = (byte) low;
        return Arrays.copyOf(head, n);
    }

    /** The bytes of one, of an object that is said in terms of the one that begins so many bytes before it. */
    static byte[] ofDelta(long size, long back) {
        byte[] digits = new byte[10];
        int at = 9;
        digits[at] = (byte) (back & 0x7f);
        for (long rest = back >>> 7; rest > 0; rest >>>= 7) {
            rest--;
            digits[--at] = (byte) (0x80 | (rest & 0x7f));
        }
        byte[] head = of(OFS_DELTA, size);
        byte[] both = Arrays.copyOf(head, head.length + digits.length - at);
        System.arraycopy(digits, at, both, head.length, digits.length - at);
        return both;
    }
}
