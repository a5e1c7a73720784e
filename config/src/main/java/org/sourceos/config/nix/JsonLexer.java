package org.sourceos.config.nix;

import java.math.BigInteger;
import java.util.List;

/**
 * Splits JSON (RFC 8259) into tokens, and counts lines and columns, just as the library does that Nix uses: its complaints
 * name them.
 */
final class JsonLexer {
    /** With the names that complaints use. */
    enum Token {
        TRUE("true literal"),
        FALSE("false literal"),
        NULL("null literal"),
        STRING("string literal"),
        NUMBER("number literal"),
        BEGIN_ARRAY("'['"),
        BEGIN_OBJECT("'{'"),
        END_ARRAY("']'"),
        END_OBJECT("'}'"),
        NAME_SEPARATOR("':'"),
        VALUE_SEPARATOR("','"),
        END("end of input"),
        WRONG("<parse error>");

        final String shown;

        Token(String shown) {
            this.shown = shown;
        }
    }

    private static final List<String> CONTROLS = List.of(
            ("NUL SOH STX ETX EOT ENQ ACK BEL BS HT LF VT FF CR SO SI DLE DC1 DC2 DC3 DC4 NAK SYN ETB CAN EM SUB"
                            + " ESC FS GS RS US")
                    .split(" "));
    private static final int END_OF_TEXT = -1;

    private final String text;
    /** How many bytes were read; one more than there are when the end was read too. */
    private int read;

    private int linesRead;
    private int columnsRead;
    private int current = END_OF_TEXT;
    /** Where the last string or number began: complaints show everything from there. */
    private int shownFrom;

    private String complaint = "";
    private final StringBuilder string = new StringBuilder();

    JsonLexer(String text) {
        this.text = text;
    }

    int line() {
        return linesRead + 1;
    }

    int column() {
        return columnsRead;
    }

    boolean readNothing() {
        return text.isEmpty();
    }

    /** What is wrong about a {@link Token#WRONG} one. */
    String complaint() {
        StringBuilder shown = new StringBuilder(complaint).append("; last read: '");
        for (int i = shownFrom; i < Math.min(read, text.length()); i++) {
            char c = text.charAt(i);
            if (c < 0x20) {
                shown.append(String.format("<U+%04X>", (int) c));
            } else {
                shown.append(c);
            }
        }
        return shown.append('\'').toString();
    }

    /** The bytes of a string that was just read. */
    String string() {
        return string.toString();
    }

    /** A number that was just read, as it is written. */
    String number() {
        return text.substring(shownFrom, read);
    }

    private int get() {
        current = read < text.length() ? text.charAt(read) : END_OF_TEXT;
        read++;
        columnsRead++;
        if (current == '\n') {
            linesRead++;
            columnsRead = 0;
        }
        return current;
    }

    private void unget() {
        read--;
        // The column that a line had before its end is not known any more.
        if (columnsRead == 0) {
            linesRead--;
        } else {
            columnsRead--;
        }
    }

    private Token wrong(String what) {
        complaint = what;
        return Token.WRONG;
    }

    Token next() {
        if (read == 0 && !skipByteOrderMark()) {
            return wrong("invalid BOM; must be 0xEF 0xBB 0xBF if given");
        }
        do {
            get();
        } while (current == ' ' || current == '\t' || current == '\n' || current == '\r');
        return switch (current) {
            case '[' -> Token.BEGIN_ARRAY;
            case ']' -> Token.END_ARRAY;
            case '{' -> Token.BEGIN_OBJECT;
            case '}' -> Token.END_OBJECT;
            case ':' -> Token.NAME_SEPARATOR;
            case ',' -> Token.VALUE_SEPARATOR;
            case 't' -> literal("true", Token.TRUE);
            case 'f' -> literal("false", Token.FALSE);
            case 'n' -> literal("null", Token.NULL);
            case '"' -> readString();
            case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> readNumber();
            case END_OF_TEXT, 0 -> Token.END;
            default -> wrong("invalid literal");
        };
    }

    private boolean skipByteOrderMark() {
        if (get() == 0xef) {
            return get() == 0xbb && get() == 0xbf;
        }
        unget();
        return true;
    }

    private Token literal(String word, Token token) {
        for (int i = 1; i < word.length(); i++) {
            if (get() != word.charAt(i)) {
                return wrong("invalid literal");
            }
        }
        return token;
    }

    private Token readString() {
        shownFrom = read - 1;
        string.setLength(0);
        while (true) {
            int c = get();
            if (c == END_OF_TEXT) {
                return wrong("invalid string: missing closing quote");
            }
            if (c == '"') {
                return Token.STRING;
            }
            String mistake = c < 0x20 ? control(c) : c == '\\' ? escape() : character(c);
            if (!mistake.isEmpty()) {
                return wrong("invalid string: " + mistake);
            }
        }
    }

    private static String control(int c) {
        int named = "\b\t\n\f\r".indexOf(c);
        return String.format("control character U+%04X (%s) must be escaped to \\u%04X", c, CONTROLS.get(c), c)
                + (named < 0 ? "" : " or \\" + "btnfr".charAt(named));
    }

    /** The rest of a character whose first byte was read; what is wrong about it. */
    private String character(int first) {
        int start = read - 1;
        int end = Utf8.next(text, start);
        int last = end < 0 ? ~end : end - 1;
        while (read <= last) {
            get();
        }
        string.append(text, start, Math.max(end, start));
        return end < 0 ? "ill-formed UTF-8 byte" : "";
    }

    private String escape() {
        int c = get();
        switch (c) {
            case '"', '\\', '/' -> string.append((char) c);
            case 'b' -> string.append('\b');
            case 'f' -> string.append('\f');
            case 'n' -> string.append('\n');
            case 'r' -> string.append('\r');
            case 't' -> string.append('\t');
            case 'u' -> {
                return codePoint();
            }
            default -> {
                return "forbidden character after backslash";
            }
        }
        return "";
    }

    private String codePoint() {
        String noDigits = "'\\u' must be followed by 4 hex digits";
        int unit = hex();
        if (unit < 0) {
            return noDigits;
        }
        if (unit >= 0xd800 && unit <= 0xdbff) {
            String alone = "surrogate U+D800..U+DBFF must be followed by U+DC00..U+DFFF";
            if (get() != '\\' || get() != 'u') {
                return alone;
            }
            int low = hex();
            if (low < 0xdc00 || low > 0xdfff) {
                return low < 0 ? noDigits : alone;
            }
            unit = 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
        } else if (unit >= 0xdc00 && unit <= 0xdfff) {
            return "surrogate U+DC00..U+DFFF must follow U+D800..U+DBFF";
        }
        string.append(Bytes.of(Character.toString(unit)));
        return "";
    }

    private int hex() {
        int value = 0;
        for (int i = 0; i < 4; i++) {
            int c = get();
            int digit = c < 0 || c >= 0x80 ? -1 : Character.digit(c, 16);
            if (digit < 0) {
                return -1;
            }
            value = value * 16 + digit;
        }
        return value;
    }

    private boolean digit() {
        return current >= '0' && current <= '9';
    }

    private Token readNumber() {
        shownFrom = read - 1;
        if (current == '-') {
            get();
            if (!digit()) {
                return wrong("invalid number; expected digit after '-'");
            }
        }
        if (current == '0') {
            get();
        } else {
            digits();
        }
        if (current == '.') {
            get();
            if (!digit()) {
                return wrong("invalid number; expected digit after '.'");
            }
            digits();
        }
        if (current == 'e' || current == 'E') {
            get();
            boolean sign = current == '+' || current == '-';
            if (sign) {
                get();
            }
            if (!digit()) {
                return wrong(
                        sign
                                ? "invalid number; expected digit after exponent sign"
                                : "invalid number; expected '+', '-', or digit after exponent");
            }
            digits();
        }
        unget();
        return Token.NUMBER;
    }

    private void digits() {
        while (digit()) {
            get();
        }
    }

    /** The number that was just read as a value. */
    NixValue numberValue() {
        String number = number();
        if (number.indexOf('.') < 0 && number.indexOf('e') < 0 && number.indexOf('E') < 0) {
            try {
                return NixInt.of(Long.parseLong(number));
            } catch (NumberFormatException e) {
                boolean fits64 =
                        number.length() <= 20 && !number.startsWith("-") && new BigInteger(number).bitLength() <= 64;
                if (fits64) {
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
}
