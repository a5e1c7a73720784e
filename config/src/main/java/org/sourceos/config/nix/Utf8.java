package org.sourceos.config.nix;

/** Checks bytes for being UTF-8 (Unicode 15, table 3-7). */
final class Utf8 {
    private Utf8() {}

    /** The index of the first byte that cannot stand where it stands, −1 when all can. */
    static int firstWrong(String bytes) {
        int at = 0;
        int length = bytes.length();
        while (at < length) {
            int first = bytes.charAt(at);
            if (first < 0x80) {
                at++;
                continue;
            }
            int more = first >= 0xc2 && first <= 0xdf
                    ? 1
                    : first >= 0xe0 && first <= 0xef ? 2 : first >= 0xf0 && first <= 0xf4 ? 3 : 0;
            if (more == 0) {
                return at;
            }
            for (int i = 1; i <= more; i++) {
                if (at + i >= length) {
                    return length - 1;
                }
                int next = bytes.charAt(at + i);
                int lowest = i > 1 ? 0x80 : first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
                int highest = i > 1 ? 0xbf : first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
                if (next < lowest || next > highest) {
                    return at + i;
                }
            }
            at += more + 1;
        }
        return -1;
    }
}
