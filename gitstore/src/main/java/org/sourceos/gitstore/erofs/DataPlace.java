package org.sourceos.gitstore.erofs;

import java.io.IOException;
import java.util.function.LongUnaryOperator;

/**
 * Where a file's content lies on another device than the image: each block that it fills at one of its own, the rest of it
 * read from wherever it is.
 *
 * @param device from 1, in the order of the image's table
 * @param blocks from the number of the file's block to that of the device
 * @param rest what is behind the last block that is filled
 */
public record DataPlace(int device, int wholeBlocks, LongUnaryOperator blocks, Rest rest) {
    /** Reads what fills no block. */
    @FunctionalInterface
    public interface Rest {
        byte[] read() throws IOException;
    }

    long block(long number) {
        return blocks.applyAsLong(number);
    }
}
