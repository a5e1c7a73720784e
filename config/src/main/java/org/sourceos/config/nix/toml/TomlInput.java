package org.sourceos.config.nix.toml;

/** A text and how far it has been read. What is only looked at takes the index to look from and gives the index after. */
final class TomlInput {
    /** Nothing is there. */
    static final int NONE = -1;

    final String text;
    int at;

    TomlInput(String text) {
        this.text = text;
    }

    boolean atEnd() {
        return at >= text.length();
    }

    /** The byte at an index, −1 behind the end. */
    int byteAt(int index) {
        return index < text.length() ? text.charAt(index) : -1;
    }

    int peek() {
        return byteAt(at);
    }

    boolean accept(String literal) {
        if (!text.startsWith(literal, at)) {
            return false;
        }
        at += literal.length();
        return true;
    }

    /** Goes to an index unless it is {@link #NONE}. */
    boolean acceptTo(int end) {
        if (end == NONE) {
            return false;
        }
        at = end;
        return true;
    }

    int spaces(int from) {
        int end = from;
        while (byteAt(end) == ' ' || byteAt(end) == '\t') {
            end++;
        }
        return end;
    }

    void skipSpaces() {
        at = spaces(at);
    }

    int newline(int from) {
        if (byteAt(from) == '\n') {
            return from + 1;
        }
        return byteAt(from) == '\r' && byteAt(from + 1) == '\n' ? from + 2 : NONE;
    }

    /** The end of a comment, before its line's end. */
    int comment(int from) {
        if (byteAt(from) != '#') {
            return NONE;
        }
        int end = from + 1;
        while (true) {
            int next = character(end);
            if (next == NONE) {
                return end;
            }
            end = next;
        }
    }

    /** Spaces, ends of lines and comments; whether a line ended. */
    boolean skipLines() {
        boolean lineEnded = false;
        while (true) {
            int comment = comment(at);
            if (acceptTo(newline(comment == NONE ? at : comment))) {
                lineEnded = true;
            } else if (spaces(at) > at) {
                skipSpaces();
            } else {
                return lineEnded;
            }
        }
    }

    /**
     * A comment and the end of its line, if there is one here.
     *
     * @return whether there was
     */
    boolean skipComment() throws TomlException {
        int end = comment(spaces(at));
        if (end == NONE) {
            return false;
        }
        at = end;
        if (!atEnd() && !acceptTo(newline(at))) {
            throw new TomlException("toml::parse_comment_line: newline (LF / CRLF) or EOF is expected");
        }
        return true;
    }

    /** The end of a character that may stand in a string or comment: printable, a tab, or not ASCII. */
    int character(int from) {
        int c = byteAt(from);
        if (c < 0x80) {
            return c == '\t' || (c >= 0x20 && c < 0x7f) ? from + 1 : NONE;
        }
        int more = c >= 0xc2 && c <= 0xdf ? 1 : c >= 0xe0 && c <= 0xef ? 2 : c >= 0xf0 && c <= 0xf4 ? 3 : 0;
        if (more == 0) {
            return NONE;
        }
        int lowest = c == 0xe0 ? 0xa0 : c == 0xf0 ? 0x90 : 0x80;
        int highest = c == 0xed ? 0x9f : c == 0xf4 ? 0x8f : 0xbf;
        for (int i = 1; i <= more; i++) {
            int next = byteAt(from + i);
            if (next < lowest || next > highest) {
                return NONE;
            }
            lowest = 0x80;
            highest = 0xbf;
        }
        return from + more + 1;
    }

    int digits(int from, int most) {
        int end = from;
        while (end - from < most && byteAt(end) >= '0' && byteAt(end) <= '9') {
            end++;
        }
        return end;
    }

    int exactDigits(int from, int count) {
        return from != NONE && digits(from, count) == from + count ? from + count : NONE;
    }

    int one(int from, String allowed) {
        return from != NONE && byteAt(from) >= 0 && allowed.indexOf(byteAt(from)) >= 0 ? from + 1 : NONE;
    }
}
