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
        EntryHeader head;
        try (InputStream in = new BufferedInputStream(Files.newInputStream(pack), 1 << 16)) {
            in.skipNBytes(at);
            head = EntryHeader.read(in);
            long base = at - head.back();
            boolean delta = head.type() == EntryHeader.OFS_DELTA;
            if (head.size() > LARGEST || depth > LONGEST_CHAIN || (delta && (base < 12 || base >= at))) {
                throw new CorruptObjectException("a damaged difference in " + pack);
            }
            try (InputStream content = new Pack.EndingInflater(in, 1 << 14)) {
                inflated = content.readNBytes((int) head.size() + 1);
            }
            if (inflated.length != head.size()) {
                throw new CorruptObjectException("an object of another size than announced in " + pack);
            }
        }
        if (head.type() != EntryHeader.OFS_DELTA) {
            return new ScannedDelta(ObjectType.ofNumber(head.type()), inflated);
        }
        ScannedDelta before = read(pack, at - head.back(), depth + 1);
        return new ScannedDelta(before.type, Delta.apply(before.content, inflated));
    }
}
