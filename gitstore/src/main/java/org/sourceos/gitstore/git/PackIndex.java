package org.sourceos.gitstore.git;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.function.Consumer;
import org.sourceos.gitstore.ObjectName;

/** The index of one pack, version 2 ({@code gitformat-pack(5)}). */
final class PackIndex implements SortedNames {
    private static final int FANOUT = 8;
    private static final int NAMES = FANOUT + 1024;
    /** A mapping lasts until some garbage collection and keeps the file system busy: only for what is large. */
    private static final int MAP_ABOVE = 16 << 20;

    private final Path file;
    private final ByteBuffer map;
    private final int count;

    private PackIndex(Path file, ByteBuffer map, int count) {
        this.file = file;
        this.map = map;
        this.count = count;
    }

    static PackIndex open(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long size = channel.size();
            if (size > Integer.MAX_VALUE) {
                throw new IOException("the pack index " + file + " is too large: run git repack");
            }
            ByteBuffer map = size > MAP_ABOVE
                    ? channel.map(FileChannel.MapMode.READ_ONLY, 0, size)
                    : readAll(channel, (int) size);
            if (size < NAMES + 40 || map.getInt(0) != 0xff744f63 || map.getInt(4) != 2) {
                throw new CorruptObjectException("not a pack index of version 2: " + file);
            }
            int count = map.getInt(FANOUT + 255 * 4);
            if (count < 0 || size < NAMES + 28L * count + 40) {
                throw new CorruptObjectException("the pack index is cut short: " + file);
            }
            return new PackIndex(file, map, count);
        }
    }

    private static ByteBuffer readAll(FileChannel channel, int size) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(size);
        while (bytes.hasRemaining() && channel.read(bytes) >= 0) {
            // Until full or, if it was cut short meanwhile, at the end.
        }
        return bytes.clear();
    }

    /** Where in the pack the object begins; -1 when it is not in it. */
    long offset(byte[] name) throws CorruptObjectException {
        try {
            return search(name);
        } catch (IndexOutOfBoundsException e) {
            throw new CorruptObjectException("the pack index is damaged: it points outside of itself: " + file, e);
        }
    }

    private long search(byte[] name) {
        int first = Byte.toUnsignedInt(name[0]);
        int low = first == 0 ? 0 : map.getInt(FANOUT + (first - 1) * 4);
        int high = map.getInt(FANOUT + first * 4) - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int order = compare(middle, name);
            if (order == 0) {
                return offsetAt(middle);
            }
            if (order < 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return -1;
    }

    private int compare(int position, byte[] name) {
        int at = NAMES + position * 20;
        for (int i = 0; i < 20; i++) {
            int order = Integer.compare(Byte.toUnsignedInt(map.get(at + i)), Byte.toUnsignedInt(name[i]));
            if (order != 0) {
                return order;
            }
        }
        return 0;
    }

    private long offsetAt(int position) {
        int offset = map.getInt(NAMES + count * 24 + position * 4);
        return offset >= 0 ? offset : map.getLong(NAMES + count * 28 + (offset & 0x7fffffff) * 8);
    }

    void forEach(Consumer<ObjectName> action) {
        byte[] name = new byte[20];
        for (int i = 0; i < count; i++) {
            map.get(NAMES + i * 20, name);
            action.accept(Sha1.name(name));
        }
    }

    Path file() {
        return file;
    }

    @Override
    public int count() {
        return count;
    }

    @Override
    public long head(int position) {
        return map.getLong(NAMES + position * 20);
    }

    @Override
    public void copyName(int position, byte[] to, int at) {
        map.get(NAMES + position * 20, to, at, 20);
    }

    /** The only one. */
    @Override
    public int pack(int position) {
        return 0;
    }

    /** The name at a position, in order of names. */
    byte[] key(int position) {
        byte[] name = new byte[20];
        map.get(NAMES + position * 20, name);
        return name;
    }

    int crc(int position) {
        return map.getInt(NAMES + count * 20 + position * 4);
    }

    @Override
    public long offset(int position) throws CorruptObjectException {
        try {
            return offsetAt(position);
        } catch (IndexOutOfBoundsException e) {
            throw new CorruptObjectException("the pack index is damaged: it points outside of itself: " + file, e);
        }
    }

    boolean isIn(ObjectSet set, int position) {
        int at = NAMES + position * 20;
        return set.contains(map.getLong(at), map.getLong(at + 8), map.getInt(at + 16));
    }

    void addTo(ObjectSet set, int position) {
        int at = NAMES + position * 20;
        set.add(map.getLong(at), map.getLong(at + 8), map.getInt(at + 16));
    }

    void addAllTo(ObjectSet set) {
        for (int i = 0; i < count; i++) {
            addTo(set, i);
        }
    }

    /** The checksum of the pack it belongs to. */
    byte[] packChecksum() {
        byte[] checksum = new byte[20];
        map.get(map.capacity() - 40, checksum);
        return checksum;
    }

    /** Whether its bytes are those that were written. */
    boolean isSound() {
        MessageDigest digest = Sha1.start();
        digest.update(map.slice(0, map.capacity() - 20));
        byte[] trailer = new byte[20];
        map.get(map.capacity() - 20, trailer);
        return Arrays.equals(digest.digest(), trailer);
    }
}
