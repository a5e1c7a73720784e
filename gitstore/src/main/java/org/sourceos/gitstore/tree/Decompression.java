package org.sourceos.gitstore.tree;

import com.github.luben.zstd.ZstdInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.tukaani.xz.XZInputStream;

/** Finds out from a stream's first bytes how it is compressed. */
final class Decompression {
    private static final int LONGEST_MAGIC = 6;
    /** What xz may use of memory; the format's own presets need at most 65 MiB, {@code --ultra} windows 1.5 GiB. */
    private static final int XZ_MEMORY_KIB = 1 << 20;

    private Decompression() {}

    /** @param raw must support marks */
    static InputStream of(InputStream raw) throws IOException {
        raw.mark(LONGEST_MAGIC);
        byte[] magic = raw.readNBytes(LONGEST_MAGIC);
        raw.reset();
        if (begins(magic, 0x1f, 0x8b)) {
            return new GZIPInputStream(raw, 1 << 16);
        }
        if (begins(magic, 0xfd, '7', 'z', 'X', 'Z', 0)) {
            return new XZInputStream(raw, XZ_MEMORY_KIB);
        }
        if (begins(magic, 'B', 'Z', 'h')) {
            return new BZip2CompressorInputStream(raw, true);
        }
        if (begins(magic, 0x28, 0xb5, 0x2f, 0xfd)) {
            return new ZstdInputStream(raw);
        }
        return raw;
    }

    private static boolean begins(byte[] bytes, int... magic) {
        if (bytes.length < magic.length) {
            return false;
        }
        for (int i = 0; i < magic.length; i++) {
            if (Byte.toUnsignedInt(bytes[i]) != magic[i]) {
                return false;
            }
        }
        return true;
    }
}
