package org.sourceos.gitstore.erofs;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;

/**
 * A folder's content: blocks that begin with the entries ({@code struct erofs_dirent}) and go on with their names; sorted by
 * name over all blocks, {@code .} and {@code ..} among them, so that the kernel can search by halving.
 */
final class DirectoryBlocks {
    private static final int DIRENT = 12;

    /** A name and what it leads to. */
    record Entry(byte[] name, Inode inode) {}

    private final List<Entry> sorted;

    DirectoryBlocks(List<Entry> entries) {
        sorted = entries.stream()
                .sorted((a, b) -> Arrays.compareUnsigned(a.name, b.name))
                .toList();
    }

    /** How long the folder is, which depends on names only. */
    long size() {
        long size = 0;
        for (int from = 0; from < sorted.size(); ) {
            int to = blockEnd(from);
            size += to < sorted.size() ? Inode.BLOCK : used(from, to);
            from = to;
        }
        return size;
    }

    private int blockEnd(int from) {
        int room = Inode.BLOCK;
        int to = from;
        while (to < sorted.size() && room >= DIRENT + sorted.get(to).name.length) {
            room -= DIRENT + sorted.get(to).name.length;
            to++;
        }
        return to;
    }

    private int used(int from, int to) {
        return sorted.subList(from, to).stream()
                .mapToInt(entry -> DIRENT + entry.name.length)
                .sum();
    }

    /** The bytes, once every inode has its place. */
    byte[] encode() {
        ByteBuffer out = ByteBuffer.allocate((int) size()).order(ByteOrder.LITTLE_ENDIAN);
        int blockStart = 0;
        for (int from = 0; from < sorted.size(); blockStart += Inode.BLOCK) {
            int to = blockEnd(from);
            int nameOffset = (to - from) * DIRENT;
            for (int i = from; i < to; i++) {
                Entry entry = sorted.get(i);
                out.position(blockStart + (i - from) * DIRENT);
                out.putLong(entry.inode.nid()).putShort((short) nameOffset);
                out.put((byte) entry.inode.entryType()).put((byte) 0);
                out.position(blockStart + nameOffset);
                out.put(entry.name);
                nameOffset += entry.name.length;
            }
            from = to;
        }
        return out.array();
    }
}
