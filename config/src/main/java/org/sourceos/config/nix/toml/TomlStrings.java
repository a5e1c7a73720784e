package org.sourceos.config.nix.toml;

import static org.sourceos.config.nix.toml.TomlInput.NONE;

import java.nio.charset.StandardCharsets;

/** The four kinds of strings. */
final class TomlStrings {
    private static final int LARGEST = 0x10ffff;

    private final TomlInput in;

    TomlStrings(TomlInput in) {
        this.in = in;
    }

    /** A string of any kind; one of the two quotation marks is here. */
    String read() throws TomlException {
        char quote = (char) in.peek();
        if (!in.text.startsWith(String.valueOf(quote).repeat(3), in.at)) {
            return readOnOneLine();
        }
        int start = in.at + 3;
        int end = endOfLines(quote, start);
        if (end == NONE) {
            throw new TomlException(
                    quote == '"'
                            ? "toml::parse_ml_basic_string: invalid string format"
                            : "toml::parse_ml_literal_string: invalid string format");
        }
        int first = in.newline(start);
        in.at = end;
        String raw = in.text.substring(first == NONE ? start : first, end - 3);
        return quote == '"' ? unescaped(raw) : raw;
    }

    /** A string with one quotation mark at each end. */
    String readOnOneLine() throws TomlException {
        char quote = (char) in.peek();
        int start = in.at + 1;
        int end = start;
        while (true) {
            int next = content(quote, end);
            if (next == NONE) {
                break;
            }
            end = next;
        }
        if (in.byteAt(end) != quote) {
            throw new TomlException(
                    quote == '"'
                            ? "toml::parse_basic_string: invalid string format"
                            : "toml::parse_literal_string: invalid string format");
        }
        in.at = end + 1;
        String raw = in.text.substring(start, end);
        return quote == '"' ? unescaped(raw) : raw;
    }

    /** The end of a character or escape, which is no quotation mark of the string's own kind. */
    private int content(char quote, int from) {
        int c = in.byteAt(from);
        if (c == quote) {
            return NONE;
        }
        if (c != '\\' || quote == '\'') {
            return in.character(from);
        }
        int letter = in.byteAt(from + 1);
        if (letter >= 0 && "\"\\bfnrt".indexOf(letter) >= 0) {
            return from + 2;
        }
        int count = letter == 'u' ? 4 : letter == 'U' ? 8 : 0;
        for (int i = 0; i < count; i++) {
            if (Character.digit(Math.max(in.byteAt(from + 2 + i), 0), 16) < 0) {
                return NONE;
            }
        }
        return count == 0 ? NONE : from + 2 + count;
    }

    /** The end of a string of several lines, its closing quotation marks included; up to two more belong to the text. */
    private int endOfLines(char quote, int start) {
        int end = contents(quote, start);
        while (true) {
            int marks = 0;
            while (marks < 2 && in.byteAt(end + marks) == quote) {
                marks++;
            }
            int next = contents(quote, end + marks);
            if (marks == 0 || next == end + marks) {
                break;
            }
            end = next;
        }
        int marks = 0;
        while (marks < 5 && in.byteAt(end + marks) == quote) {
            marks++;
        }
        return marks < 3 ? NONE : end + marks;
    }

    private int contents(char quote, int from) {
        int end = from;
        while (true) {
            int next = content(quote, end);
            if (next == NONE) {
                next = in.newline(end);
            }
            if (next == NONE && quote == '"') {
                next = escapedNewline(in, end);
            }
            if (next == NONE) {
                return end;
            }
            end = next;
        }
    }

    /** The end of a backslash at the end of a line and of the white space after it. */
    private static int escapedNewline(TomlInput in, int from) {
        if (in.byteAt(from) != '\\') {
            return NONE;
        }
        int end = in.newline(in.spaces(from + 1));
        int next = end;
        while (next != NONE) {
            end = in.spaces(next);
            next = in.newline(end);
        }
        return end;
    }

    private static String unescaped(String raw) throws TomlException {
        if (raw.indexOf('\\') < 0) {
            return raw;
        }
        TomlInput in = new TomlInput(raw);
        StringBuilder out = new StringBuilder(raw.length());
        while (!in.atEnd()) {
            char c = raw.charAt(in.at);
            if (c != '\\') {
                out.append(c);
                in.at++;
            } else if (!in.acceptTo(escapedNewline(in, in.at))) {
                escape(in, out);
            }
        }
        return out.toString();
    }

    private static void escape(TomlInput in, StringBuilder out) throws TomlException {
        char letter = in.text.charAt(in.at + 1);
        in.at += 2;
        int simple = "\"\\bfnrt".indexOf(letter);
        if (simple >= 0) {
            out.append("\"\\\b\f\n\r\t".charAt(simple));
            return;
        }
        int count = letter == 'u' ? 4 : 8;
        long codePoint = Long.parseLong(in.text.substring(in.at, in.at + count), 16);
        in.at += count;
        if (codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE) {
            throw new TomlException("toml::parse_utf8_codepoint: [0xD800, 0xDFFF] is not a valid UTF-8");
        }
        if (codePoint > LARGEST) {
            throw new TomlException("toml::parse_utf8_codepoint: input codepoint is too large.");
        }
        byte[] bytes = Character.toString((int) codePoint).getBytes(StandardCharsets.UTF_8);
        out.append(new String(bytes, StandardCharsets.ISO_8859_1));
    }
}
