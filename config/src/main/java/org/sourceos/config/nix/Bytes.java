package org.sourceos.config.nix;

import java.nio.charset.StandardCharsets;

/** Between texts of the outside and strings that hold one byte per char. */
public final class Bytes {
    private Bytes() {}

    /** The UTF-8 bytes of a text, one per char. */
    public static String of(String unicode) {
        for (int i = 0; i < unicode.length(); i++) {
            if (unicode.charAt(i) >= 0x80) {
                return new String(unicode.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
            }
        }
        return unicode;
    }

    public static String of(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    /** The bytes read as UTF-8; what is not UTF-8 becomes U+FFFD. */
    public static String toUnicode(String bytes) {
        for (int i = 0; i < bytes.length(); i++) {
            if (bytes.charAt(i) >= 0x80) {
                return new String(bytes.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
            }
        }
        return bytes;
    }

    public static byte[] toArray(String bytes) {
        return bytes.getBytes(StandardCharsets.ISO_8859_1);
    }
}
