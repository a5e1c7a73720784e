package org.sourceos.config.nix.format;

/** Columns of texts that hold one byte per char. */
final class Widths {
    private Widths() {}

    /** Code points: bytes that continue one in UTF-8 do not count. */
    static int of(String bytes) {
        int width = 0;
        for (int i = 0; i < bytes.length(); i++) {
            if ((bytes.charAt(i) & 0xC0) != 0x80) {
                width++;
            }
        }
        return width;
    }

    static int leadingSpaces(String line) {
        int spaces = 0;
        while (spaces < line.length() && line.charAt(spaces) == ' ') {
            spaces++;
        }
        return spaces;
    }

    /** The line with more spaces before it, or fewer: it has as many as are taken. */
    static String shifted(String line, int spaces) {
        return spaces >= 0 ? " ".repeat(spaces) + line : line.substring(-spaces);
    }
}
