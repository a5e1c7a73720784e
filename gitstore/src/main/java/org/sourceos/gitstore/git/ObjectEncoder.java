package org.sourceos.gitstore.git;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.zip.Adler32;
import java.util.zip.Deflater;

/**
 * What it takes to name, compress and add objects: made once by each thread that adds many, because to make it costs as much as a
 * small object does.
 */
public final class ObjectEncoder implements AutoCloseable {
    /** What a stored block and its stream have besides the content. */
    private static final int STORED_AROUND = 2 + PageAligned.BLOCK_HEADER + 4;

    private final MessageDigest sha1 = Sha1.start();
    private final Deflater deflater = new Deflater(1);
    private byte[] deflated = new byte[1 << 14];
    private int length;

    /** Git's name of an object whose content is at the beginning of an array. */
    byte[] key(ObjectType type, byte[] content, int size) {
        sha1.update(type.header(size));
        sha1.update(content, 0, size);
        return sha1.digest();
    }

    /** Begins to compute a blob's name, to be ended before the next one. */
    public MessageDigest startName(long size) {
        sha1.reset();
        sha1.update(ObjectType.BLOB.header(size));
        return sha1;
    }

    /** Compresses it, to be read with {@link #bytes} and {@link #length} until the next. */
    void deflate(byte[] content, int size) {
        deflater.reset();
        deflater.setLevel(AlreadyCompressed.is(content, size) ? 0 : 1);
        deflater.setInput(content, 0, size);
        deflater.finish();
        length = 0;
        while (!deflater.finished()) {
            if (length == deflated.length) {
                deflated = Arrays.copyOf(deflated, length * 2);
            }
            length += deflater.deflate(deflated, length, deflated.length - length);
        }
    }

    /** As {@link #deflate}, without compressing: for what is so small that this takes longer than to write it. */
    void store(byte[] content, int size) {
        int needed = size + STORED_AROUND;
        if (deflated.length < needed) {
            deflated = new byte[needed];
        }
        Adler32 adler = new Adler32();
        adler.update(content, 0, size);
        ByteBuffer.wrap(deflated)
                .put(PageAligned.ZLIB_HEADER)
                .put(PageAligned.header(size, true))
                .put(content, 0, size)
                .putInt((int) adler.getValue());
        length = needed;
    }

    byte[] bytes() {
        return deflated;
    }

    int length() {
        return length;
    }

    @Override
    public void close() {
        deflater.end();
    }
}
