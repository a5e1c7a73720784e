package org.sourceos.gitstore.git;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.List;

/** The bytes of a {@link MultiPackIndex}. */
final class MultiPackIndexFile {
    private static final long UNSIGNED_MAX = 0xffff_ffffL;
    private static final int BATCH = 4096;

    private final byte[] packNames;
    private final int packCount;
    private final NameMerge objects;
    /** As git does: unless an offset needs more than 32 bits, all are written with those. */
    private final boolean large;

    private final long largeCount;

    /** @param packs the names of the packs' indexes, sorted, by the numbers that they have in {@code objects} */
    MultiPackIndexFile(List<String> packs, NameMerge objects) {
        this.packNames = padded(String.join("\0", packs) + "\0");
        this.packCount = packs.size();
        this.objects = objects;
        boolean beyond = false;
        long above = 0;
        for (int i = 0; i < objects.count(); i++) {
            beyond |= objects.offset(i) > UNSIGNED_MAX;
            above += objects.offset(i) > Integer.MAX_VALUE ? 1 : 0;
        }
        this.large = beyond;
        this.largeCount = beyond ? above : 0;
    }

    private static byte[] padded(String names) {
        byte[] text = names.getBytes(StandardCharsets.ISO_8859_1);
        return java.util.Arrays.copyOf(text, (text.length + 3) / 4 * 4);
    }

    void write(OutputStream to) throws IOException {
        MessageDigest digest = Sha1.start();
        DigestOutputStream out = new DigestOutputStream(to, digest);
        int chunks = large ? 5 : 4;
        ByteBuffer head = ByteBuffer.allocate(MultiPackIndex.HEADER + (chunks + 1) * MultiPackIndex.ROW);
        head.putInt(MultiPackIndex.SIGNATURE)
                .put((byte) MultiPackIndex.VERSION)
                .put((byte) MultiPackIndex.SHA1)
                .put((byte) chunks)
                .put((byte) 0)
                .putInt(packCount);
        long at = head.capacity();
        at = row(head, MultiPackIndex.PACK_NAMES, at, packNames.length);
        at = row(head, MultiPackIndex.FANOUT, at, 1024);
        at = row(head, MultiPackIndex.NAMES, at, 20L * objects.count());
        at = row(head, MultiPackIndex.PLACES, at, 8L * objects.count());
        if (large) {
            at = row(head, MultiPackIndex.LARGE_OFFSETS, at, 8 * largeCount);
        }
        row(head, 0, at, 0);
        out.write(head.array());
        out.write(packNames);
        out.write(fanout());
        out.write(objects.names(), 0, 20 * objects.count());
        places(out);
        to.write(digest.digest());
    }

    private static long row(ByteBuffer head, int chunk, long at, long length) {
        head.putInt(chunk).putLong(at);
        return at + length;
    }

    private byte[] fanout() {
        int[] counts = new int[256];
        for (int i = 0; i < objects.count(); i++) {
            counts[Byte.toUnsignedInt(objects.names()[i * 20])]++;
        }
        ByteBuffer table = ByteBuffer.allocate(1024);
        int sum = 0;
        for (int count : counts) {
            sum += count;
            table.putInt(sum);
        }
        return table.array();
    }

    private void places(OutputStream out) throws IOException {
        ByteBuffer batch = ByteBuffer.allocate(8 * BATCH);
        int row = 0;
        for (int i = 0; i < objects.count(); i++) {
            long offset = objects.offset(i);
            boolean elsewhere = large && offset > Integer.MAX_VALUE;
            batch.putInt(objects.pack(i)).putInt(elsewhere ? 0x80000000 | row++ : (int) offset);
            flush(batch, out, false);
        }
        for (int i = 0; large && i < objects.count(); i++) {
            if (objects.offset(i) > Integer.MAX_VALUE) {
                batch = flush(batch, out, false).putLong(objects.offset(i));
            }
        }
        flush(batch, out, true);
    }

    private static ByteBuffer flush(ByteBuffer batch, OutputStream out, boolean all) throws IOException {
        if (all || !batch.hasRemaining()) {
            out.write(batch.array(), 0, batch.position());
            batch.clear();
        }
        return batch;
    }
}
