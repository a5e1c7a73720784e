package org.sourceos.config.nix.toml;

import static org.sourceos.config.nix.toml.TomlInput.NONE;

import java.util.ArrayList;
import java.util.List;

/** Reads a whole document. */
public final class TomlParser {
    private static final String BYTE_ORDER_MARK = "\u00ef\u00bb\u00bf";
    /** Deeper nesting is a mistake or an attack. */
    private static final int DEEPEST = 5_000;

    private final TomlInput in;
    private final TomlStrings strings;
    private final TomlMoments moments;
    private final TomlNumbers numbers;
    private int depth;

    private TomlParser(String text) {
        // A last line without an end gets one; a carriage return alone never is one.
        in = new TomlInput(text.endsWith("\n") || text.endsWith("\r") ? text : text + "\n");
        strings = new TomlStrings(in);
        moments = new TomlMoments(in);
        numbers = new TomlNumbers(in);
        in.accept(BYTE_ORDER_MARK);
    }

    /** The document of a text that holds one byte per char. */
    public static TomlTable parse(String text) throws TomlException {
        return text.isEmpty() ? new TomlTable(TomlTable.Kind.HEADED) : new TomlParser(text).document();
    }

    private TomlTable document() throws TomlException {
        TomlTable document = new TomlTable(TomlTable.Kind.HEADED);
        while (in.skipComment()) {
            // Comments at the top are read line by line, so that a wrong one is complained of as a comment.
        }
        entries(document);
        while (!in.atEnd()) {
            in.skipLines();
            heading(document);
        }
        return document;
    }

    /** A {@code [heading]} and what is below it. */
    private void heading(TomlTable document) throws TomlException {
        boolean array = in.text.startsWith("[[", in.at);
        int end = headingEnd(array);
        if (end == NONE) {
            throw new TomlException(
                    array ? "toml::parse_file: invalid array-table key" : "toml::parse_file: invalid table key");
        }
        in.at += array ? 2 : 1;
        in.skipSpaces();
        List<String> path = path();
        in.at = end;
        if (!in.skipComment()) {
            in.skipSpaces();
            if (!in.atEnd() && !in.acceptTo(in.newline(in.at))) {
                throw new TomlException("toml::parse_file: newline (or EOF) expected");
            }
        }
        entries(array ? document.append(path) : document.open(path));
    }

    /** Where a heading ends, if all of it is well formed. */
    private int headingEnd(boolean array) {
        int start = in.at;
        try {
            if (!in.accept(array ? "[[" : "[")) {
                return NONE;
            }
            in.skipSpaces();
            path();
            in.skipSpaces();
            return in.accept(array ? "]]" : "]") ? in.at : NONE;
        } catch (TomlException e) {
            return NONE;
        } finally {
            in.at = start;
        }
    }

    /** The lines {@code a = 1} up to the next heading. */
    private void entries(TomlTable table) throws TomlException {
        boolean lineEnded = true;
        while (!in.atEnd()) {
            int start = in.at;
            lineEnded |= in.skipLines();
            if (in.atEnd()) {
                return;
            }
            if (in.byteAt(in.spaces(in.at)) == '[') {
                in.at = start;
                return;
            }
            if (!lineEnded) {
                throw new TomlException("toml::parse_table: newline (LF / CRLF) or EOF is expected");
            }
            List<String> path = keyBeforeValue();
            TomlValue value = value();
            lineEnded = in.skipComment();
            table.define(path, value);
        }
    }

    private List<String> keyBeforeValue() throws TomlException {
        List<String> path = path();
        in.skipSpaces();
        if (!in.accept("=")) {
            throw new TomlException("toml::parse_key_value_pair: invalid key value separator `=`");
        }
        in.skipSpaces();
        return path;
    }

    private List<String> path() throws TomlException {
        List<String> path = new ArrayList<>(2);
        while (true) {
            path.add(key());
            int dot = in.spaces(in.at);
            if (in.byteAt(dot) != '.') {
                return path;
            }
            in.at = in.spaces(dot + 1);
        }
    }

    private String key() throws TomlException {
        if (in.peek() == '"' || in.peek() == '\'') {
            return strings.readOnOneLine();
        }
        int start = in.at;
        while (isBare(in.peek())) {
            in.at++;
        }
        if (in.at == start) {
            throw new TomlException(
                    "toml::parse_simple_key: invalid key: key must be \"quoted\", 'quoted-literal', or" + " bare key.");
        }
        return in.text.substring(start, in.at);
    }

    private static boolean isBare(int c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    }

    private TomlValue value() throws TomlException {
        switch (in.peek()) {
            case '"', '\'':
                return new TomlValue.Text(strings.read());
            case '[':
                return array();
            case '{':
                return inlineTable();
            case 't', 'f':
                return truth();
            case 'T':
                throw misspelt("true");
            case 'F':
                throw misspelt("false");
            case 'i', 'I':
                if (!in.text.startsWith("inf", in.at)) {
                    throw misspelt("inf");
                }
                return numbers.readWord();
            case 'n', 'N':
                if (!in.text.startsWith("nan", in.at)) {
                    throw misspelt("nan");
                }
                return numbers.readWord();
            default:
                return moments.read() ? new TomlValue.Moment() : numbers.read();
        }
    }

    private static TomlException misspelt(String word) {
        return new TomlException(
                "toml::parse_value: `" + word + "` must be in lowercase. A string must be surrounded by quotes.");
    }

    private TomlValue truth() throws TomlException {
        boolean isTrue = in.accept("true");
        if (!isTrue && !in.accept("false")) {
            throw new TomlException("toml::parse_boolean: invalid boolean: boolean must be `true` or `false`, in"
                    + " lowercase. string must be surrounded by `\"`");
        }
        return new TomlValue.Truth(isTrue);
    }

    private void deeper() throws TomlException {
        if (++depth > DEEPEST) {
            throw new TomlException("the document is nested more than " + DEEPEST + " levels deep");
        }
    }

    private TomlValue array() throws TomlException {
        deeper();
        in.at++;
        in.skipLines();
        TomlValue.Array array = new TomlValue.Array(false);
        boolean comma = true;
        while (!in.atEnd() && in.peek() != ']') {
            if (!comma) {
                throw new TomlException("toml::parse_array: expected value-separator `,` or closing `]`");
            }
            array.elements().add(value());
            in.skipLines();
            comma = in.accept(",");
            in.skipComment();
            if (comma) {
                in.skipLines();
            }
        }
        if (!in.accept("]")) {
            throw new TomlException("toml::parse_array: missing closing bracket `]`");
        }
        depth--;
        return array;
    }

    private TomlValue inlineTable() throws TomlException {
        deeper();
        in.at++;
        in.skipSpaces();
        TomlTable table = new TomlTable(TomlTable.Kind.INLINE);
        boolean first = true;
        boolean comma = false;
        while (!in.atEnd() && in.peek() != '}') {
            if (!comma && !first) {
                throw new TomlException("toml::parse_inline_table: expected value-separator `,` or closing `}`");
            }
            first = false;
            table.define(keyBeforeValue(), value());
            in.skipSpaces();
            comma = in.accept(",");
            in.skipSpaces();
        }
        if (comma) {
            throw new TomlException(
                    in.atEnd()
                            ? "toml::parse_inline_table: missing closing bracket `}`"
                            : "toml::parse_inline_table: trailing comma is not allowed in TOML-v1.0.0)");
        }
        if (!in.accept("}")) {
            throw new TomlException("toml::parse_inline_table: missing closing bracket `}`");
        }
        depth--;
        return table;
    }
}
