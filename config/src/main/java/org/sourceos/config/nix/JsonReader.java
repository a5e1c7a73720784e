package org.sourceos.config.nix;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** JSON (RFC 8259) to values. Complaints are in the words of the library Nix uses. */
final class JsonReader {
    private static final int DEEPEST = 5_000;
    private static final List<String> CONTROLS = List.of(
            ("NUL SOH STX ETX EOT ENQ ACK BEL BS HT LF VT FF CR SO SI DLE DC1 DC2 DC3 DC4 NAK SYN ETB CAN EM SUB"
                            + " ESC FS GS RS US")
                    .split(" "));
    private static final String VALUE = "'[', '{', or a literal";

    private final Interp in;
    private final String text;
    private int at;
    private int depth;

    JsonReader(Interp in, String text) {
        this.in = in;
        this.text = text;
    }

    NixValue read() {
        if (text.isEmpty()) {
            throw error(
                    0,
                    "attempting to parse an empty input; check that your input string or stream contains the expected"
                            + " JSON");
        }
        NixValue value = value();
        space();
        if (at < text.length()) {
            throw unexpected("value", "end of input");
        }
        return value;
    }

    private void space() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private int peek() {
        return at < text.length() ? text.charAt(at) : -1;
    }

    private EvalError error(int last, String what) {
        int line = 1;
        int column = 0;
        for (int i = 0; i <= Math.min(last, text.length() - 1); i++) {
            column++;
            if (text.charAt(i) == '\n') {
                line++;
                column = 0;
            }
        }
        if (last >= text.length()) {
            column++;
        }
        return new EvalError(
                EvalError.Kind.OTHER,
                "[json.exception.parse_error.101] parse error at line " + line + ", column " + column + ": " + what);
    }

    /** The complaint about the token here, whatever it is. */
    private EvalError unexpected(String parsing, String expected) {
        String context = "syntax error while parsing " + parsing + " - ";
        String wanted = "; expected " + expected;
        int c = peek();
        if (c < 0) {
            return error(text.length(), context + "unexpected end of input" + wanted);
        }
        if ("[]{}:,".indexOf(c) >= 0) {
            return error(at, context + "unexpected '" + (char) c + "'" + wanted);
        }
        if (c == '"') {
            string(parsing);
            return error(at - 1, context + "unexpected string literal" + wanted);
        }
        if (c == '-' || (c >= '0' && c <= '9')) {
            number(parsing);
            return error(at - 1, context + "unexpected number literal" + wanted);
        }
        for (String literal : List.of("true", "false", "null")) {
            if (text.startsWith(literal, at)) {
                return error(at + literal.length() - 1, context + "unexpected " + literal + " literal" + wanted);
            }
        }
        return invalidLiteral(parsing);
    }

    private EvalError invalidLiteral(String parsing) {
        int start = at;
        for (String literal : List.of("true", "false", "null")) {
            if (literal.charAt(0) == peek()) {
                int length = 0;
                while (length < literal.length()
                        && at + length < text.length()
                        && text.charAt(at + length) == literal.charAt(length)) {
                    length++;
                }
                at += length;
                break;
            }
        }
        return lexical(parsing, start, "invalid literal");
    }

    private EvalError lexical(String parsing, int start, String what) {
        String read = shownControls(text.substring(start, Math.min(at + 1, text.length())));
        return error(at, "syntax error while parsing " + parsing + " - " + what + "; last read: '" + read + "'");
    }

    private static String shownControls(String read) {
        StringBuilder shown = new StringBuilder();
        for (int i = 0; i < read.length(); i++) {
            char c = read.charAt(i);
            if (c < 0x20) {
                shown.append(String.format("<U+%04X>", (int) c));
            } else {
                shown.append(c);
            }
        }
        return shown.toString();
    }

    private NixValue value() {
        in.step();
        in.reserve(16);
        space();
        int c = peek();
        switch (c) {
            case '{' -> {
                return object();
            }
            case '[' -> {
                return array();
            }
            case '"' -> {
                return new NixString(string("value"));
            }
            case 't' -> {
                return literal("true", NixBool.TRUE);
            }
            case 'f' -> {
                return literal("false", NixBool.FALSE);
            }
            case 'n' -> {
                return literal("null", NixNull.NULL);
            }
            default -> {
                if (c == '-' || (c >= '0' && c <= '9')) {
                    return number("value");
                }
                throw unexpected("value", VALUE);
            }
        }
    }

    private NixValue literal(String word, NixValue value) {
        if (!text.startsWith(word, at)) {
            throw invalidLiteral("value");
        }
        at += word.length();
        return value;
    }

    private NixValue array() {
        deeper();
        at++;
        List<NixValue> elements = new ArrayList<>();
        space();
        if (peek() == ']') {
            at++;
        } else {
            while (true) {
                elements.add(value());
                space();
                if (peek() == ',') {
                    at++;
                } else if (peek() == ']') {
                    at++;
                    break;
                } else {
                    throw unexpected("array", "']'");
                }
            }
        }
        depth--;
        return NixList.of(elements.toArray(new NixValue[0]));
    }

    private void deeper() {
        if (++depth > DEEPEST) {
            throw new EvalError(EvalError.Kind.LIMIT, "the JSON text is nested more than " + DEEPEST + " levels deep");
        }
    }

    private NixValue object() {
        deeper();
        at++;
        Map<Symbol, NixValue> members = new LinkedHashMap<>();
        space();
        if (peek() == '}') {
            at++;
        } else {
            while (true) {
                space();
                if (peek() != '"') {
                    throw unexpected("object key", "string literal");
                }
                Symbol name = in.symbols.of(string("object key"));
                space();
                if (peek() != ':') {
                    throw unexpected("object separator", "':'");
                }
                at++;
                members.put(name, value());
                space();
                if (peek() == ',') {
                    at++;
                } else if (peek() == '}') {
                    at++;
                    break;
                } else {
                    throw unexpected("object", "'}'");
                }
            }
        }
        depth--;
        AttrsBuilder attrs = new AttrsBuilder(members.size());
        members.forEach(attrs::put);
        return attrs.build();
    }

    private NixValue number(String parsing) {
        int start = at;
        if (peek() == '-') {
            at++;
        }
        if (peek() == '0') {
            at++;
        } else if (!digits()) {
            throw lexical(parsing, start, "invalid number; expected digit after '-'");
        }
        boolean integer = true;
        if (peek() == '.') {
            at++;
            integer = false;
            if (!digits()) {
                throw lexical(parsing, start, "invalid number; expected digit after '.'");
            }
        }
        if (peek() == 'e' || peek() == 'E') {
            at++;
            integer = false;
            boolean sign = peek() == '+' || peek() == '-';
            if (sign) {
                at++;
            }
            if (!digits()) {
                throw lexical(
                        parsing,
                        start,
                        sign
                                ? "invalid number; expected digit after exponent sign"
                                : "invalid number; expected '+', '-', or digit after exponent");
            }
        }
        String number = text.substring(start, at);
        if (integer) {
            try {
                return NixInt.of(Long.parseLong(number));
            } catch (NumberFormatException e) {
                if (number.length() <= 20 && new BigInteger(number).bitLength() <= 64 && !number.startsWith("-")) {
                    throw new EvalError(
                            EvalError.Kind.OTHER, "unsigned json number " + number + " outside of Nix integer range");
                }
            }
        }
        double value = Double.parseDouble(number);
        if (Double.isInfinite(value)) {
            throw new EvalError(
                    EvalError.Kind.OTHER, "[json.exception.out_of_range.406] number overflow parsing '" + number + "'");
        }
        return new NixFloat(value);
    }

    private boolean digits() {
        int start = at;
        while (peek() >= '0' && peek() <= '9') {
            at++;
        }
        return at > start;
    }

    private String string(String parsing) {
        int start = at;
        at++;
        StringBuilder out = new StringBuilder();
        while (true) {
            int c = peek();
            if (c < 0) {
                throw lexical(parsing, start, "invalid string: missing closing quote");
            }
            if (c == '"') {
                at++;
                break;
            }
            if (c < 0x20) {
                String escape = String.format("\\u%04X", c);
                int named = "\b\t\n\f\r".indexOf(c);
                throw lexical(
                        parsing,
                        start,
                        "invalid string: control character " + String.format("U+%04X", c) + " ("
                                + CONTROLS.get(c) + ") must be escaped to " + escape
                                + (named < 0 ? "" : " or \\" + "btnfr".charAt(named)));
            }
            if (c == '\\') {
                at++;
                escape(parsing, start, out);
            } else {
                int end = Utf8.next(text, at);
                if (end < 0) {
                    at = ~end;
                    throw lexical(parsing, start, "invalid string: ill-formed UTF-8 byte");
                }
                out.append(text, at, end);
                at = end;
            }
        }
        String bytes = out.toString();
        if (bytes.indexOf('\0') >= 0) {
            throw new EvalError(EvalError.Kind.OTHER, NixString.nulComplaint(bytes));
        }
        return bytes;
    }

    private void escape(String parsing, int start, StringBuilder out) {
        int c = peek();
        switch (c) {
            case '"', '\\', '/' -> out.append((char) c);
            case 'b' -> out.append('\b');
            case 'f' -> out.append('\f');
            case 'n' -> out.append('\n');
            case 'r' -> out.append('\r');
            case 't' -> out.append('\t');
            case 'u' -> {
                int unit = hex(parsing, start);
                if (unit >= 0xd800 && unit <= 0xdbff) {
                    String surrogate = "invalid string: surrogate U+D800..U+DBFF must be followed by U+DC00..U+DFFF";
                    if (!text.startsWith("\\u", at + 1)) {
                        at++;
                        throw lexical(parsing, start, surrogate);
                    }
                    at += 2;
                    int low = hex(parsing, start);
                    if (low < 0xdc00 || low > 0xdfff) {
                        throw lexical(parsing, start, surrogate);
                    }
                    unit = 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
                } else if (unit >= 0xdc00 && unit <= 0xdfff) {
                    throw lexical(
                            parsing, start, "invalid string: surrogate U+DC00..U+DFFF must follow U+D800..U+DBFF");
                }
                out.append(Bytes.of(Character.toString(unit)));
            }
            default -> throw lexical(parsing, start, "invalid string: forbidden character after backslash");
        }
        at++;
    }

    /** The four digits after {@code u}; afterwards we stand on the last. */
    private int hex(String parsing, int start) {
        int value = 0;
        for (int i = 0; i < 4; i++) {
            at++;
            int digit = peek() < 0 ? -1 : Character.digit(peek(), 16);
            if (digit < 0) {
                throw lexical(parsing, start, "invalid string: '\\u' must be followed by 4 hex digits");
            }
            value = value * 16 + digit;
        }
        return value;
    }
}
