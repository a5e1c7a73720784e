package org.sourceos.gitstore.git;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Git's one index for many packs, version 1 ({@code gitformat-pack(5)}, "multi-pack-index"). What it says is not to be believed
 * before it was compared: its checksum costs more than a look-up, so each place in it is checked when it is read, and what
 * lies where it points is compared with its name, as everything is.
 */
final class MultiPackIndex implements SortedNames {
    static final String NAME = "multi-pack-index";
    static final int SIGNATURE = 0x4d494458;
    static final int VERSION = 1;
    static final int SHA1 = 1;
    static final int HEADER = 12;
    static final int ROW = 12;
    static final int PACK_NAMES = 0x504e414d;
    static final int FANOUT = 0x4f494446;
    static final int NAMES = 0x4f49444c;
    static final int PLACES = 0x4f4f4646;
    static final int LARGE_OFFSETS = 0x4c4f4646;
    static final int TRAILER = 20;
    /** A mapping lasts until some garbage collection and keeps the file system busy: not for what is read as quickly. */
    private static final int MAP_ABOVE = 1 << 18;

    private final Path file;
    private final ByteBuffer map;
    private final List<String> packs;
    private final int fanout;
    private final int names;
    private final int places;
    private final int largeOffsets;
    private final int largeCount;
    private final int count;

    private record Chunk(long at, long length) {}

    private MultiPackIndex(Path file, ByteBuffer map, int declaredPacks, List<Chunk> chunks)
            throws CorruptObjectException {
        this.file = file;
        this.map = map;
        this.fanout = (int) chunks.get(1).at;
        this.names = (int) chunks.get(2).at;
        this.places = (int) chunks.get(3).at;
        this.largeOffsets = (int) chunks.get(4).at;
        this.largeCount = (int) (chunks.get(4).length / 8);
        this.count = countOf(chunks);
        this.packs = packNames(chunks.get(0), declaredPacks);
    }

    /** Empty where there is none, or one of a form that only a later git knows. */
    static Optional<MultiPackIndex> open(Path file) throws IOException {
        ByteBuffer map;
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long size = channel.size();
            if (size > Integer.MAX_VALUE) {
                return Optional.empty();
            }
            map = size > MAP_ABOVE ? channel.map(FileChannel.MapMode.READ_ONLY, 0, size) : readAll(channel, (int) size);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
        try {
            return parse(file, map);
        } catch (IndexOutOfBoundsException e) {
            throw new CorruptObjectException("it points outside of itself: " + file, e);
        }
    }

    private static ByteBuffer readAll(FileChannel channel, int size) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(size);
        while (bytes.hasRemaining() && channel.read(bytes) >= 0) {
            // Until full or, if it was cut short meanwhile, at the end.
        }
        return bytes.clear();
    }

    private static Optional<MultiPackIndex> parse(Path file, ByteBuffer map) throws CorruptObjectException {
        if (map.getInt(0) != SIGNATURE) {
            throw new CorruptObjectException("it does not begin as a multi-pack-index: " + file);
        }
        if (map.get(4) != VERSION || map.get(5) != SHA1 || map.get(7) != 0) {
            return Optional.empty();
        }
        int chunkCount = Byte.toUnsignedInt(map.get(6));
        List<Chunk> chunks = new ArrayList<>();
        for (int id : List.of(PACK_NAMES, FANOUT, NAMES, PLACES, LARGE_OFFSETS)) {
            chunks.add(chunk(file, map, chunkCount, id));
        }
        return Optional.of(new MultiPackIndex(file, map, map.getInt(8), chunks));
    }

    private static Chunk chunk(Path file, ByteBuffer map, int chunkCount, int id) throws CorruptObjectException {
        long end = map.capacity() - TRAILER;
        for (int i = 0; i < chunkCount; i++) {
            if (map.getInt(HEADER + i * ROW) == id) {
                long from = map.getLong(HEADER + i * ROW + 4);
                long to = map.getLong(HEADER + (i + 1) * ROW + 4);
                if (from < HEADER + (long) (chunkCount + 1) * ROW || to < from || to > end) {
                    throw new CorruptObjectException("its parts do not lie in it: " + file);
                }
                return new Chunk(from, to - from);
            }
        }
        if (id != LARGE_OFFSETS) {
            throw new CorruptObjectException("a part of it is missing: " + file);
        }
        return new Chunk(0, 0);
    }

    private int countOf(List<Chunk> chunks) throws CorruptObjectException {
        if (chunks.get(1).length < 1024) {
            throw damaged("its table of first bytes is cut short");
        }
        int before = 0;
        for (int i = 0; i < 256; i++) {
            int upTo = map.getInt(fanout + i * 4);
            if (upTo < before) {
                throw damaged("its table of first bytes goes backwards");
            }
            before = upTo;
        }
        if (chunks.get(2).length < 20L * before || chunks.get(3).length < 8L * before) {
            throw damaged("it has fewer objects than it says");
        }
        return before;
    }

    private List<String> packNames(Chunk chunk, int declared) throws CorruptObjectException {
        if (declared < 0 || declared > chunk.length) {
            throw damaged("it has fewer packs than it says");
        }
        byte[] text = new byte[(int) chunk.length];
        map.get((int) chunk.at, text);
        List<String> found = new ArrayList<>(declared);
        int from = 0;
        for (int i = 0; i < text.length && found.size() < declared; i++) {
            if (text[i] == 0) {
                found.add(new String(text, from, i - from, StandardCharsets.ISO_8859_1));
                from = i + 1;
            }
        }
        if (found.size() < declared) {
            throw damaged("it has fewer packs than it says");
        }
        return List.copyOf(found);
    }

    private CorruptObjectException damaged(String how) {
        return new CorruptObjectException(how + ": " + file);
    }

    /** The names of the packs' indexes, as files; what they may be is for the reader to say. */
    List<String> packs() {
        return packs;
    }

    @Override
    public int count() {
        return count;
    }

    /** Where the object stands in it; -1 when it does not. */
    int position(byte[] name) {
        int first = Byte.toUnsignedInt(name[0]);
        // Both are between 0 and the count: the table was looked through when it was opened.
        int low = first == 0 ? 0 : map.getInt(fanout + (first - 1) * 4);
        int high = map.getInt(fanout + first * 4) - 1;
        ByteBuffer key = ByteBuffer.wrap(name);
        final long a = key.getLong(0);
        final long b = key.getLong(8);
        final int c = key.getInt(16);
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int at = names + middle * 20;
            int order = Long.compareUnsigned(map.getLong(at), a);
            order = order != 0 ? order : Long.compareUnsigned(map.getLong(at + 8), b);
            order = order != 0 ? order : Integer.compareUnsigned(map.getInt(at + 16), c);
            if (order == 0) {
                return middle;
            }
            if (order < 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return -1;
    }

    @Override
    public long head(int position) {
        return map.getLong(names + position * 20);
    }

    @Override
    public void copyName(int position, byte[] to, int at) {
        map.get(names + position * 20, to, at, 20);
    }

    @Override
    public int pack(int position) throws CorruptObjectException {
        int pack = map.getInt(places + position * 8);
        if (pack < 0 || pack >= packs.size()) {
            throw damaged("it names a pack that it does not have");
        }
        return pack;
    }

    @Override
    public long offset(int position) throws CorruptObjectException {
        int offset = map.getInt(places + position * 8 + 4);
        if (offset >= 0 || largeOffsets == 0) {
            return Integer.toUnsignedLong(offset);
        }
        int row = offset & 0x7fffffff;
        long large = row < largeCount ? map.getLong(largeOffsets + row * 8) : -1;
        if (large < 0) {
            throw damaged("it has no such large offset");
        }
        return large;
    }

    /** Whether its bytes are those that were written. */
    boolean isSound() {
        MessageDigest digest = Sha1.start();
        digest.update(map.slice(0, map.capacity() - TRAILER));
        byte[] trailer = new byte[TRAILER];
        map.get(map.capacity() - TRAILER, trailer);
        return Arrays.equals(digest.digest(), trailer);
    }
}
