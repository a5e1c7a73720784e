package org.sourceos.gitstore.git;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * A blob in a pack whose content can be read in whole pages, without inflating: its zlib stream has stored blocks only, each
 * of {@link #RUN} bytes that begin at a page of the file, and between them blocks without content as padding. To git it is an
 * entry like others ({@code gitformat-pack(5)}, RFC 1951).
 *
 * <p>The last block holds what is left, which is at least a page: so what is behind the last whole page follows right after
 * that page.
 */
final class PageAligned {
    static final int PAGE = 4096;
    static final int RUN_PAGES = 15;
    /** The most whole pages that a stored block can hold. */
    static final int RUN = RUN_PAGES * PAGE;
    /** From one run's beginning to the next one's: a page is lost to the header between them. */
    static final int STRIDE = RUN + PAGE;
    /** The longest stored block there is: a run, and almost another page. */
    static final int LAST = 0xffff;
    /** Below that so much would be padding that an entry is compressed instead; what is measured stands in decision 0021. */
    static final int SMALLEST = 32 << 10;

    static final int BLOCK_HEADER = 5;
    static final byte[] ZLIB_HEADER = {0x78, 1};
    private static final int LONG_PAD = 6;
    private static final byte[] EMPTY = {0, 0, 0, (byte) 0xff, (byte) 0xff};
    /** An empty block of fixed codes, ten bits long, and an empty stored one. */
    private static final byte[] LONGER_EMPTY = {2, 0, 0, 0, (byte) 0xff, (byte) 0xff};

    private static final int LONGEST_GAP = 2 * PAGE;

    private PageAligned() {}

    /** How much padding brings what follows a block's header, which would stand at {@code at}, to a page's beginning. */
    static int gap(long at) {
        int gap = (int) Math.floorMod(-(at + BLOCK_HEADER), (long) PAGE);
        // Padding comes in fives and sixes.
        return gap % BLOCK_HEADER * LONG_PAD <= gap ? gap : gap + PAGE;
    }

    static byte[] padding(int length) {
        ByteBuffer padding = ByteBuffer.allocate(length);
        for (int i = 0; i < length % BLOCK_HEADER; i++) {
            padding.put(LONGER_EMPTY);
        }
        while (padding.hasRemaining()) {
            padding.put(EMPTY);
        }
        return padding.array();
    }

    /** How far it is from the content's first byte to its end, with what is between the runs. */
    static long span(long size) {
        long runsBefore = Math.max(0, (size - LAST + RUN - 1) / RUN);
        return size + runsBefore * PAGE;
    }

    /** The header of a stored block. */
    static byte[] header(int length, boolean last) {
        return new byte[] {
            (byte) (last ? 1 : 0), (byte) length, (byte) (length >> 8), (byte) ~length, (byte) (~length >> 8)
        };
    }

    /** Reads from a pack's file; fewer bytes than asked for only at its end. */
    interface Reader {
        ByteBuffer read(long at, int length) throws IOException;
    }

    /**
     * The page of the file at which the content begins; empty for an entry that is compressed, or otherwise not as this class
     * lays it out.
     *
     * @param zlib where the stream begins
     * @param size of the content
     */
    static Optional<Long> firstPage(Reader pack, long zlib, long size) throws IOException {
        if (size < SMALLEST) {
            return Optional.empty();
        }
        ByteBuffer head = pack.read(zlib, 2 + LONGEST_GAP + BLOCK_HEADER);
        if (head.remaining() < 2 || head.get() != 0x78 || head.get() != 1) {
            return Optional.empty();
        }
        while (skip(head, LONGER_EMPTY)) {
            // Of these there are at most four.
        }
        while (skip(head, EMPTY)) {
            // Up to the first block that has content.
        }
        long data = zlib + head.position() + BLOCK_HEADER;
        if (data % PAGE != 0) {
            return Optional.empty();
        }
        long left = size;
        for (long at = data; left > 0; at += STRIDE) {
            boolean last = left <= LAST;
            int length = last ? (int) left : RUN;
            if (!pack.read(at - BLOCK_HEADER, BLOCK_HEADER).equals(ByteBuffer.wrap(header(length, last)))) {
                return Optional.empty();
            }
            left -= length;
        }
        return Optional.of(data / PAGE);
    }

    private static boolean skip(ByteBuffer at, byte[] expected) {
        if (at.remaining() < expected.length
                || !at.slice(at.position(), expected.length).equals(ByteBuffer.wrap(expected))) {
            return false;
        }
        at.position(at.position() + expected.length);
        return true;
    }
}
