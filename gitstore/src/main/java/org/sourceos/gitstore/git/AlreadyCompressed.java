package org.sourceos.gitstore.git;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;

/** Tells by the first bytes what compressing again would only cost time. */
final class AlreadyCompressed {
    /** How many first bytes are looked at. */
    static final int NEEDED = 12;

    private static final List<byte[]> MAGICS = List.of(
            HexFormat.of().parseHex("1f8b"), // gzip
            HexFormat.of().parseHex("fd377a585a00"), // xz
            HexFormat.of().parseHex("28b52ffd"), // zstd
            HexFormat.of().parseHex("04224d18"), // lz4
            HexFormat.of().parseHex("89504e470d0a"), // png
            HexFormat.of().parseHex("ffd8ff"), // jpeg
            HexFormat.of().parseHex("504b0304"), // zip, jar
            "BZh".getBytes(StandardCharsets.US_ASCII),
            "wOF2".getBytes(StandardCharsets.US_ASCII),
            "OggS".getBytes(StandardCharsets.US_ASCII));

    private AlreadyCompressed() {}

    static boolean is(byte[] content, int size) {
        for (byte[] magic : MAGICS) {
            if (startsWith(content, size, magic)) {
                return true;
            }
        }
        return false;
    }

    private static boolean startsWith(byte[] content, int size, byte[] magic) {
        if (size < magic.length) {
            return false;
        }
        for (int i = 0; i < magic.length; i++) {
            if (content[i] != magic[i]) {
                return false;
            }
        }
        return true;
    }
}
