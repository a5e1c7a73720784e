package org.sourceos.gitstore.git;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipException;

/**
 * An object of a pack that is said as the difference to one before it, read without an index.
 *
 * @param type of the object at the end of the chain
 */
record ScannedDelta(ObjectType type, byte[] content) {
    static final int OFS_DELTA = 6;
    private static final int LONGEST_CHAIN = 5_000;
    private static final int LARGEST = 1 << 29;

    /** Fails with {@link CorruptObjectException} where anything of the chain cannot be read. */
    static ScannedDelta read(Path pack, long at) throws IOException {
        try {
            return read(pack, at, 0);
        } catch (ZipException | EOFException e) {
            throw new CorruptObjectException("an object in " + pack + " is damaged: " + e.getMessage(), e);
        }
    }

    private static ScannedDelta read(Path pack, long at, int depth) throws IOException {
        byte[] inflated;
        long base = 0;
        int type;
        try (InputStream in = new BufferedInputStream(Files.newInputStream(pack), 1 << 16)) {
            in.skipNBytes(at);
            int b = next(in);
            type = (b >> 4) & 7;
            long size = b & 15;
            for (int shift = 4; (b & 0x80) != 0 && shift < 60; shift += 7) {
                b = next(in);
                size |= (long) (b & 0x7f) << shift;
            }
            if (type == OFS_DELTA) {
                base = at - back(in);
            }
            if (size > LARGEST || depth > LONGEST_CHAIN || (type == OFS_DELTA && (base < 12 || base >= at))) {
                throw new CorruptObjectException("a damaged difference in " + pack);
            }
            try (InputStream content = new Pack.EndingInflater(in, 1 << 14)) {
                inflated = content.readNBytes((int) size + 1);
            }
            if (inflated.length != size) {
                throw new CorruptObjectException("an object of another size than announced in " + pack);
            }
        }
        if (type != OFS_DELTA) {
            return new ScannedDelta(ObjectType.ofNumber(type), inflated);
        }
        ScannedDelta before = read(pack, base, depth + 1);
        return new ScannedDelta(before.type, Delta.apply(before.content, inflated));
    }

    /** How far before an entry that one begins which it is based on. */
    static long back(InputStream in) throws IOException {
        int b = next(in);
        long back = b & 0x7f;
        while ((b & 0x80) != 0 && back < 1L << 50) {
            b = next(in);
            back = ((back + 1) << 7) | (b & 0x7f);
        }
        return back;
    }

    private static int next(InputStream in) throws IOException {
        int b = in.read();
        if (b < 0) {
            throw new EOFException("cut short");
        }
        return b;
    }
}
