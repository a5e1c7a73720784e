package org.sourceos.gitstore.git;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;

/** An entry of a pack that is being written, and the index of all of them. */
record PackEntry(byte[] key, int crc, long offset) {
    /** @param sorted in order of their keys */
    private static byte[] sortedIndex(List<PackEntry> sorted, byte[] packChecksum) {
        int large = 0;
        int[] fanout = new int[256];
        for (PackEntry entry : sorted) {
            fanout[Byte.toUnsignedInt(entry.key[0])]++;
            large += entry.isFar() ? 1 : 0;
        }
        ByteBuffer out = ByteBuffer.allocate(8 + 1024 + 28 * sorted.size() + 8 * large + 40);
        out.putInt(0xff744f63).putInt(2);
        int sum = 0;
        for (int count : fanout) {
            sum += count;
            out.putInt(sum);
        }
        int crcs = out.position() + 20 * sorted.size();
        int offsets = crcs + 4 * sorted.size();
        int far = offsets + 4 * sorted.size();
        int nextFar = 0;
        for (int i = 0; i < sorted.size(); i++) {
            PackEntry entry = sorted.get(i);
            out.put(entry.key);
            out.putInt(crcs + 4 * i, entry.crc);
            out.putInt(offsets + 4 * i, entry.isFar() ? 0x80000000 | nextFar : (int) entry.offset);
            if (entry.isFar()) {
                out.putLong(far + 8 * nextFar++, entry.offset);
            }
        }
        out.position(far + 8 * large);
        out.put(packChecksum);
        MessageDigest digest = Sha1.start();
        digest.update(out.array(), 0, out.position());
        out.put(digest.digest());
        return out.array();
    }

    private boolean isFar() {
        return offset > Integer.MAX_VALUE;
    }

    /** The content of an index, version 2; sorts the list. */
    static byte[] index(List<PackEntry> entries, byte[] packChecksum) {
        entries.sort((a, b) -> Arrays.compareUnsigned(a.key, b.key));
        return sortedIndex(entries, packChecksum);
    }
}
