package org.sourceos.launcher.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Where the pages of a checkpoint's memory are: the file {@code pages} of its tree. Those that are all zeros are nowhere.
 *
 * <p>Big-endian: {@code SOSPAGES}, u32 version, u64 bytes of memory, u32 n and for each of n layers u32 pages that it has, u32
 * m and for each of m pages, in ascending order, u32 its number in the memory, u32 layer (8 bits) and place in it (24 bits), 16
 * bytes of its SHA-256.
 *
 * @param layerSizes how many pages each layer has
 */
record PageIndex(long memoryBytes, List<Integer> layerSizes, List<Page> pages) {
    static final int DIGEST_BYTES = 16;
    static final int MAX_LAYERS = 256;
    static final int MAX_PLACE = 1 << 24;

    private static final byte[] MAGIC = "SOSPAGES".getBytes(StandardCharsets.US_ASCII);
    private static final int VERSION = 1;
    private static final int PAGE_BYTES = 2 * Integer.BYTES + DIGEST_BYTES;

    PageIndex {
        layerSizes = List.copyOf(layerSizes);
        pages = List.copyOf(pages);
    }

    /** One page that is not all zeros. */
    record Page(int number, int layer, int place, ByteBuffer digest) {}

    byte[] encode() {
        ByteBuffer out =
                ByteBuffer.allocate(MAGIC.length + 20 + Integer.BYTES * layerSizes.size() + PAGE_BYTES * pages.size());
        out.put(MAGIC).putInt(VERSION).putLong(memoryBytes).putInt(layerSizes.size());
        layerSizes.forEach(out::putInt);
        out.putInt(pages.size());
        for (Page page : pages) {
            out.putInt(page.number).putInt(page.layer << 24 | page.place).put(page.digest.duplicate());
        }
        return out.array();
    }

    /** Whether it is one as it was written before what is kept of memories was {@linkplain Seal sealed}. */
    static boolean isPlain(byte[] bytes) {
        return bytes.length >= MAGIC.length && Arrays.equals(bytes, 0, MAGIC.length, MAGIC, 0, MAGIC.length);
    }

    static PageIndex decode(byte[] bytes) throws IOException {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        if (bytes.length < MAGIC.length + 20
                || !Arrays.equals(bytes, 0, MAGIC.length, MAGIC, 0, MAGIC.length)
                || in.position(MAGIC.length).getInt() != VERSION) {
            throw new IOException("its list of pages is damaged, or of another version");
        }
        long memory = in.getLong();
        int layers = in.getInt();
        if (memory <= 0 || layers < 0 || layers > MAX_LAYERS || in.remaining() < (layers + 1) * Integer.BYTES) {
            throw new IOException("its list of pages is damaged");
        }
        List<Integer> sizes = new ArrayList<>();
        for (int i = 0; i < layers; i++) {
            sizes.add(in.getInt());
        }
        int count = in.getInt();
        if (count < 0 || (long) count * PAGE_BYTES != in.remaining()) {
            throw new IOException("its list of pages is damaged");
        }
        List<Page> pages = new ArrayList<>(count);
        int before = -1;
        for (int i = 0; i < count; i++) {
            int number = in.getInt();
            int where = in.getInt();
            byte[] digest = new byte[DIGEST_BYTES];
            in.get(digest);
            Page page = new Page(number, where >>> 24, where & MAX_PLACE - 1, ByteBuffer.wrap(digest));
            boolean inside = number > before && (long) number * RamFile.PAGE < memory;
            if (!inside || page.layer >= layers || page.place >= sizes.get(page.layer)) {
                throw new IOException("its list of pages is damaged");
            }
            before = number;
            pages.add(page);
        }
        return new PageIndex(memory, sizes, pages);
    }
}
