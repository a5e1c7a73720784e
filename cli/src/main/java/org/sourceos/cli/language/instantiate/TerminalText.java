package org.sourceos.cli.language.instantiate;

/** Text of a stranger's as Nix lets it through to standard error. */
final class TerminalText {
    private static final int TAB = 8;
    private static final char ESCAPE = '\033';

    private TerminalText() {}

    /** Tabs as spaces to the next column that is a multiple of eight; no escape sequences, bells or carriage returns. */
    static String expanded(String text) {
        StringBuilder out = new StringBuilder(text.length());
        int column = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == ESCAPE) {
                i = escapeEnd(text, i) - 1;
            } else if (c == '\t') {
                int spaces = TAB - column % TAB;
                out.append(" ".repeat(spaces));
                column += spaces;
            } else if (c == '\n') {
                out.append(c);
                column = 0;
            } else if (c != '\r' && c != '\007') {
                out.append(c);
                column += Character.isLowSurrogate(c) ? 0 : 1;
            }
        }
        return out.toString();
    }

    /** Where the sequence that begins at {@code start} is over; ECMA-48. */
    private static int escapeEnd(String text, int start) {
        int at = start + 1;
        if (at >= text.length()) {
            return at;
        }
        if (text.charAt(at) != '[') {
            return at + 1;
        }
        at++;
        while (at < text.length() && text.charAt(at) >= 0x20 && text.charAt(at) <= 0x3f) {
            at++;
        }
        return Math.min(at + 1, text.length());
    }
}
