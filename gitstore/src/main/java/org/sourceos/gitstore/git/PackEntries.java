package org.sourceos.gitstore.git;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.zip.CRC32;
import org.sourceos.host.Cancellation;

/** The entries of one pack in the order in which they lie in it, for copying some of them to another. */
final class PackEntries implements AutoCloseable {
    private static final int TRAILER = 20;
    private static final int CHUNK = 1 << 20;
    private static final long LARGEST_DELTA = 256L << 20;

    private final Path file;
    private final PackIndex index;
    private final FileChannel channel;
    /** Offset and position in the index, sorted by the former. */
    private final long[] offsets;

    private final int[] positions;
    private final ByteBuffer window = ByteBuffer.allocate(CHUNK);
    private long windowAt = -1;
    private byte[] entry = new byte[CHUNK];
    /** Where each was copied to; 0 for what was not. */
    private final long[] copied;

    PackEntries(Pack pack) throws IOException {
        this.file = pack.file();
        this.index = pack.index();
        this.channel = FileChannel.open(file, StandardOpenOption.READ);
        int count = index.count();
        long[] sortable = new long[count];
        offsets = new long[count];
        positions = new int[count];
        copied = new long[count];
        Integer[] order = new Integer[count];
        for (int i = 0; i < count; i++) {
            sortable[i] = index.offset(i);
            order[i] = i;
        }
        Arrays.sort(order, (a, b) -> Long.compare(sortable[a], sortable[b]));
        for (int i = 0; i < count; i++) {
            positions[i] = order[i];
            offsets[i] = sortable[order[i]];
        }
    }

    int count() {
        return offsets.length;
    }

    /** Where the entry stands in the index. */
    int position(int i) {
        return positions[i];
    }

    /** How many bytes it has in the pack. */
    long length(int i) throws IOException {
        return (i + 1 < offsets.length ? offsets[i + 1] : Files.size(file) - TRAILER) - offsets[i];
    }

    /**
     * Copies an entry as it is, comparing its checksum; one writer for all of them. A difference stays one if what it is based
     * on was copied before.
     *
     * @return false, and nothing is copied, if it is another difference
     */
    boolean copy(int i, PackWriter to, Cancellation cancellation) throws IOException {
        long left = length(i);
        long at = offsets[i];
        if (left <= 0) {
            throw damaged(i);
        }
        int first = (int) Math.min(left, CHUNK);
        read(at, first);
        if (((Byte.toUnsignedInt(entry[0]) >> 4) & 7) >= EntryHeader.OFS_DELTA) {
            return copyDelta(i, to);
        }
        copied[i] = to.bytesWritten();
        CRC32 crc = new CRC32();
        crc.update(entry, 0, first);
        int expected = index.crc(positions[i]);
        if (left == first && (int) crc.getValue() != expected) {
            throw damaged(i);
        }
        to.addEntry(index.key(positions[i]), entry, first, expected);
        for (left -= first, at += first; left > 0; ) {
            cancellation.throwIfCancelled();
            int n = (int) Math.min(left, CHUNK);
            read(at, n);
            crc.update(entry, 0, n);
            to.addRest(entry, n);
            left -= n;
            at += n;
        }
        if ((int) crc.getValue() != expected) {
            throw damaged(i);
        }
        return true;
    }

    private boolean copyDelta(int i, PackWriter to) throws IOException {
        if (length(i) > LARGEST_DELTA) {
            return false;
        }
        byte[] whole = new byte[(int) length(i)];
        ByteBuffer bytes = ByteBuffer.wrap(whole);
        while (bytes.hasRemaining() && channel.read(bytes, offsets[i] + bytes.position()) >= 0) {
            // Until full; what is cut short has another checksum.
        }
        CRC32 crc = new CRC32();
        crc.update(whole);
        if ((int) crc.getValue() != index.crc(positions[i])) {
            throw damaged(i);
        }
        EntryHeader head = EntryHeader.read(new ByteArrayInputStream(whole));
        if (head.type() != EntryHeader.OFS_DELTA) {
            return false; // it names its base, which is anywhere
        }
        int base = Arrays.binarySearch(offsets, offsets[i] - head.back());
        if (base < 0 || copied[base] == 0) {
            return false;
        }
        byte[] moved = EntryHeader.ofDelta(head.size(), to.bytesWritten() - copied[base]);
        copied[i] = to.bytesWritten();
        to.addEntry(index.key(positions[i]), moved, whole, head.length(), whole.length - head.length());
        return true;
    }

    private CorruptObjectException damaged(int i) {
        return new CorruptObjectException(
                "object " + Sha1.name(index.key(positions[i])) + " is damaged: its bytes in " + file + " changed");
    }

    /** Reads into {@link #entry}; entries follow each other, so most of them are in memory already. */
    private void read(long at, int length) throws IOException {
        if (windowAt < 0 || at < windowAt || at + length > windowAt + window.limit()) {
            window.clear();
            windowAt = at;
            while (window.hasRemaining() && channel.read(window, at + window.position()) >= 0) {
                // Until full or at the end of the file.
            }
            window.flip();
            if (window.limit() < length) {
                throw new CorruptObjectException("the pack is cut short: " + file);
            }
        }
        window.position((int) (at - windowAt)).get(entry, 0, length);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
