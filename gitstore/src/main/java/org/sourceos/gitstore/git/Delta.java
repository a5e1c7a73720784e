package org.sourceos.gitstore.git;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/** The instructions by which a pack says an object in terms of another ({@code gitformat-pack(5)}, deltified representation). */
final class Delta {
    private Delta() {}

    static long readSize(InputStream in) throws IOException {
        long size = 0;
        for (int shift = 0; shift < 63; shift += 7) {
            int b = in.read();
            if (b < 0) {
                throw new EOFException("a delta is cut short");
            }
            size |= (long) (b & 0x7f) << shift;
            if ((b & 0x80) == 0) {
                return size;
            }
        }
        throw new CorruptObjectException("a delta with an impossible size");
    }

    static byte[] apply(byte[] base, byte[] delta) throws IOException {
        ByteArrayInputStream in = new ByteArrayInputStream(delta);
        long baseSize = readSize(in);
        long resultSize = readSize(in);
        if (baseSize != base.length || resultSize > 1 << 30) {
            throw new CorruptObjectException("a delta for another object");
        }
        byte[] result = new byte[(int) resultSize];
        int at = 0;
        try {
            int i = delta.length - in.available();
            while (i < delta.length) {
                int op = Byte.toUnsignedInt(delta[i++]);
                if ((op & 0x80) != 0) {
                    int offset = 0;
                    int length = 0;
                    for (int k = 0; k < 4; k++) {
                        if ((op & (1 << k)) != 0) {
                            offset |= Byte.toUnsignedInt(delta[i++]) << (8 * k);
                        }
                    }
                    for (int k = 0; k < 3; k++) {
                        if ((op & (0x10 << k)) != 0) {
                            length |= Byte.toUnsignedInt(delta[i++]) << (8 * k);
                        }
                    }
                    length = length == 0 ? 0x10000 : length;
                    System.arraycopy(base, offset, result, at, length);
                    at += length;
                } else if (op != 0) {
                    System.arraycopy(delta, i, result, at, op);
                    i += op;
                    at += op;
                } else {
                    throw new CorruptObjectException("a delta with a reserved instruction");
                }
            }
        } catch (IndexOutOfBoundsException e) {
            throw new CorruptObjectException("a delta that reaches outside its object", e);
        }
        if (at != result.length) {
            throw new CorruptObjectException("a delta that ends early");
        }
        return result;
    }
}
