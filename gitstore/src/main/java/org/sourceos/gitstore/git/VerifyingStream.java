package org.sourceos.gitstore.git;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import org.sourceos.gitstore.ObjectName;

/** Hashes what passes and compares at the end: a flipped bit on the disk is noticed by whoever reads the file. */
final class VerifyingStream extends FilterInputStream {
    private final MessageDigest digest;
    private final ObjectName expected;
    private final long size;
    private long seen;
    private boolean ended;

    VerifyingStream(InputStream in, ObjectName expected, ObjectType type, long size) {
        super(in);
        this.digest = Sha1.start(type, size);
        this.expected = expected;
        this.size = size;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        int n;
        try {
            n = in.read(buffer, offset, length);
        } catch (IOException e) {
            throw new CorruptObjectException("object " + expected + " is damaged: " + e.getMessage(), e);
        }
        if (n > 0) {
            digest.update(buffer, offset, n);
            seen += n;
        } else if (n < 0 && !ended) {
            ended = true;
            if (seen != size || !Sha1.name(digest.digest()).equals(expected)) {
                throw new CorruptObjectException("object " + expected + " is damaged: its content has another hash");
            }
        }
        return n;
    }

    @Override
    public long skip(long n) throws IOException {
        return readNBytes((int) Math.min(n, 1 << 16)).length;
    }

    @Override
    public boolean markSupported() {
        return false;
    }
}
