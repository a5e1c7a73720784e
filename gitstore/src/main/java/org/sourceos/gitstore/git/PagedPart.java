package org.sourceos.gitstore.git;

import static org.sourceos.gitstore.git.PageAligned.BLOCK_HEADER;
import static org.sourceos.gitstore.git.PageAligned.LAST;
import static org.sourceos.gitstore.git.PageAligned.PAGE;
import static org.sourceos.gitstore.git.PageAligned.RUN;
import static org.sourceos.gitstore.git.PageAligned.STRIDE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.util.zip.Adler32;

/**
 * A part of a {@link PageAligned} blob in memory, laid out as it will lie in the pack, so that it goes there in one piece: runs of
 * content are read to where they belong, and what is between them is put there. Used again for the next; one thread's.
 */
public final class PagedPart {
    /** How much content a part can hold at least. */
    public static final int CONTENT = 4 << 20;

    private static final int RUNS = (CONTENT + RUN - 1) / RUN;
    /** Room for what comes before the first run: it begins where it begins in the file, behind as much as is needed there. */
    private static final int FRONT = 3 * PAGE;

    private static final int CHECKSUM = 4;
    private static final byte[] BETWEEN = PageAligned.padding(PageAligned.gap(RUN));

    private final ByteBuffer buffer = ByteBuffer.allocateDirect(FRONT + RUNS * STRIDE + PAGE + CHECKSUM);
    private final byte[] run = new byte[LAST];
    private int begin = FRONT;
    private int end = FRONT;
    private int content;

    /** Is shown content as it is read. */
    @FunctionalInterface
    public interface Taker {
        void take(byte[] bytes, int length);
    }

    /**
     * Reads a part of a blob.
     *
     * @param left how much of the blob there is, this part included
     * @return how much of it is in this part: all of it, or as much as there is room
     * @throws ChangedContentException if there is less
     */
    public int read(ReadableByteChannel in, long left, Taker taker) throws IOException {
        begin = FRONT;
        content = 0;
        int at = FRONT;
        for (int i = 0; i < RUNS && content < left; i++) {
            int length = length(left - content);
            if (i > 0) {
                between(at, length, length == left - content);
            }
            fill(in, at, length);
            buffer.get(at, run, 0, length);
            taker.take(run, length);
            content += length;
            end = at + length;
            at += STRIDE;
        }
        return content;
    }

    private static int length(long left) {
        return left <= LAST ? (int) left : RUN;
    }

    private void between(int at, int length, boolean last) {
        buffer.put(at - PAGE, BETWEEN);
        buffer.put(at - BLOCK_HEADER, PageAligned.header(length, last));
    }

    /** Whether there is nothing more to read. */
    public boolean isAtEnd(ReadableByteChannel in) throws IOException {
        boolean ended = in.read(buffer.limit(1).position(0)) < 0;
        buffer.clear();
        return ended;
    }

    private void fill(ReadableByteChannel in, int at, int length) throws IOException {
        ByteBuffer room = buffer.limit(at + length).position(at);
        while (room.hasRemaining()) {
            if (in.read(room) < 0) {
                throw new ChangedContentException();
            }
        }
        buffer.clear();
    }

    /** Puts what belongs between the part before and this one in front of it. */
    void continueAfter(long left) {
        int length = length(left);
        begin = FRONT - PAGE;
        between(FRONT, length, length == left);
    }

    /** Puts something in front of the content, as the blob's beginning. */
    void prepend(byte[] head) {
        begin = FRONT - head.length;
        buffer.put(begin, head);
    }

    void append(int checksum) {
        buffer.putInt(end, checksum);
        end += CHECKSUM;
    }

    /** In small pieces: only what is called many times is soon compiled, and compiled it is four times as fast. */
    void addTo(Adler32 adler) {
        int at = FRONT;
        for (int left = content; left > 0; at += STRIDE) {
            int length = length(left);
            for (int from = at; from < at + length; from += PAGE) {
                adler.update(buffer.limit(Math.min(at + length, from + PAGE)).position(from));
            }
            left -= length;
        }
        buffer.clear();
    }

    /** All of it, as it will be in the pack. */
    ByteBuffer bytes() {
        return buffer.slice(begin, end - begin);
    }
}
