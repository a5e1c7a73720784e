package org.sourceos.config.nix;

/** Checks bytes for being UTF-8 (Unicode 15, table 3-7). */
final class Utf8 {
    private Utf8() {}

    /**
     * The index after the character at an index; or the complement of the index of the first byte that cannot stand where it
     * stands, which is the length where the text ends too early.
     */
    static int next(String bytes, int from) {
        int first = bytes.charAt(from);
        if (first < 0x80) {
            return from + 1;
        }
        int more = first >= 0xc2 && first <= 0xdf
                ? 1
                : first >= 0xe0 && first <= 0xef ? 2 : first >= 0xf0 && first <= 0xf4 ? 3 : 0;
        if (more == 0) {
            return ~from;
        }
        int lowest = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
        int highest = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
        for (int at = from + 1; at <= from + more; at++) {
            if (at == bytes.length() || bytes.charAt(at) < lowest || bytes.charAt(at) > highest) {
                return ~at;
            }
            lowest = 0x80;
            highest = 0xbf;
        }
        return from + more + 1;
    }

    /** The index of the first byte that is wrong, the length where the last character is cut short, −1 where all is well. */
    static int firstWrong(String bytes) {
        int at = 0;
        while (at < bytes.length()) {
            at = next(bytes, at);
            if (at < 0) {
                return ~at;
            }
        }
        return -1;
    }
}
