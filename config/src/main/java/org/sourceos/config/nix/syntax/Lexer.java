package org.sourceos.config.nix.syntax;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Splits a text into {@link Tokens}. Works in modes as Nix's own lexer does (expression, string, indented string, path with
 * interpolations), because what a character means depends on what it stands in. Takes any bytes: what is no token becomes
 * {@link TokenKind#INVALID}, and the parser complains.
 *
 * <p>The text holds one byte per char (ISO 8859-1).
 */
public final class Lexer {
    private static final byte LETTER = 1;
    private static final byte DIGIT = 2;
    private static final byte WORD_START = 4;
    private static final byte WORD_PART = 8;
    private static final byte PATH_CHAR = 16;
    private static final byte SPACE = 32;

    /** What each byte can be a part of. */
    private static final byte[] CLASSES = new byte[256];

    static {
        classify("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", LETTER | WORD_START | WORD_PART | PATH_CHAR);
        classify("0123456789", DIGIT | WORD_PART | PATH_CHAR);
        classify("_", WORD_START | WORD_PART | PATH_CHAR);
        classify("'", WORD_PART);
        classify("-", WORD_PART | PATH_CHAR);
        classify(".+", PATH_CHAR);
        classify(" \t\r\n", SPACE);
    }

    private static void classify(String characters, int classes) {
        for (int i = 0; i < characters.length(); i++) {
            CLASSES[characters.charAt(i)] = (byte) classes;
        }
    }

    private enum Mode {
        EXPRESSION,
        STRING,
        INDENTED,
        PATH
    }

    private final String text;
    private final int length;
    private final Tokens tokens;
    /** The modes around the current one. */
    private final Deque<Mode> around = new ArrayDeque<>();

    private Mode mode = Mode.EXPRESSION;
    private int at;

    private Lexer(String text) {
        this.text = text;
        this.length = text.length();
        this.tokens = new Tokens(text);
    }

    public static Tokens lex(String text) {
        Lexer lexer = new Lexer(text);
        lexer.run();
        return lexer.tokens;
    }

    private void run() {
        while (at < length) {
            switch (mode) {
                case EXPRESSION -> expression();
                case STRING -> string();
                case INDENTED -> indented();
                case PATH -> path();
            }
        }
        if (mode == Mode.PATH) {
            tokens.add(TokenKind.PATH_END, at);
        }
        tokens.add(TokenKind.END, length);
    }

    private void begin(Mode inner) {
        around.push(mode);
        mode = inner;
    }

    private void end() {
        // A text with more closing braces than opening ones ends in expression mode.
        mode = around.isEmpty() ? Mode.EXPRESSION : around.pop();
    }

    private int peek(int ahead) {
        int index = at + ahead;
        return index < length ? text.charAt(index) : -1;
    }

    private void emit(TokenKind kind, int width) {
        tokens.add(kind, at);
        at += width;
    }

    private void expression() {
        int c = peek(0);
        switch (c) {
            case ' ', '\t', '\r', '\n' -> {
                int end = at;
                while (end < length && is(text.charAt(end), SPACE)) {
                    end++;
                }
                emit(TokenKind.WHITESPACE, end - at);
            }
            case '#' -> {
                int end = at;
                while (end < length && text.charAt(end) != '\n' && text.charAt(end) != '\r') {
                    end++;
                }
                emit(TokenKind.COMMENT, end - at);
            }
            case '"' -> {
                emit(TokenKind.QUOTE, 1);
                begin(Mode.STRING);
            }
            case '{' -> {
                emit(TokenKind.LEFT_BRACE, 1);
                begin(Mode.EXPRESSION);
            }
            case '}' -> {
                emit(TokenKind.RIGHT_BRACE, 1);
                end();
            }
            default -> {
                if (c == '/' && peek(1) == '*') {
                    int end = text.indexOf("*/", at + 2);
                    if (end >= 0) {
                        emit(TokenKind.COMMENT, end + 2 - at);
                        return;
                    }
                }
                if (c == '\'' && peek(1) == '\'') {
                    openIndented();
                } else if (c == '$' && peek(1) == '{') {
                    emit(TokenKind.INTERPOLATION, 2);
                    begin(Mode.EXPRESSION);
                } else {
                    wordOrOperator();
                }
            }
        }
    }

    private void openIndented() {
        int end = at + 2;
        while (end < length && text.charAt(end) == ' ') {
            end++;
        }
        boolean newline = end < length && text.charAt(end) == '\n';
        emit(TokenKind.INDENTED_OPEN, newline ? end + 1 - at : 2);
        begin(Mode.INDENTED);
    }

    private void wordOrOperator() {
        int run = pathChars(at);
        int after = run < length ? text.charAt(run) : -1;
        // Every path has a slash after such characters (or begins with a tilde), every URI a colon: without, the rest
        // is plain.
        if (after == '/' || after == ':' || (after == '~' && run == at)) {
            longest();
        } else {
            plain(wordEnd(at));
        }
    }

    /** The longest match wins, and at the same length the earlier of Nix's rules: word, number, path, URI. */
    private void longest() {
        int path = pathEnd(at);
        int pathStart = interpolatedPathEnd(at);
        int uri = uriEnd(at);
        int word = wordEnd(at);
        int number = numberEnd(at);
        int plain = Math.max(word, Math.abs(number));
        if (pathStart >= path && pathStart > plain && pathStart > uri) {
            emit(peek(0) == '~' ? TokenKind.HOME_PATH_START : TokenKind.PATH_START, pathStart - at);
            begin(Mode.PATH);
        } else if (path > plain && path >= uri) {
            emit(peek(0) == '~' ? TokenKind.HOME_PATH : TokenKind.PATH, path - at);
        } else if (uri > plain) {
            emit(TokenKind.URI, uri - at);
        } else {
            plain(word);
        }
    }

    /** A word, which ends there if there is one, a number or an operator. */
    private void plain(int word) {
        if (word > at) {
            emit(keyword(text, at, word), word - at);
            return;
        }
        int number = numberEnd(at);
        if (number != 0) {
            emit(number < 0 ? TokenKind.FLOAT : TokenKind.INTEGER, Math.abs(number) - at);
        } else {
            operator();
        }
    }

    private static TokenKind keyword(String text, int start, int end) {
        // By its first letter, for nearly all words are none of these.
        return switch (text.charAt(start)) {
            case 'a' -> keyword(text, start, end, "assert", TokenKind.ASSERT);
            case 'e' -> keyword(text, start, end, "else", TokenKind.ELSE);
            case 'i' ->
                switch (end - start) {
                    case 2 ->
                        text.charAt(start + 1) == 'f' ? TokenKind.IF : keyword(text, start, end, "in", TokenKind.IN);
                    default -> keyword(text, start, end, "inherit", TokenKind.INHERIT);
                };
            case 'l' -> keyword(text, start, end, "let", TokenKind.LET);
            case 'o' -> keyword(text, start, end, "or", TokenKind.OR);
            case 'r' -> keyword(text, start, end, "rec", TokenKind.REC);
            case 't' -> keyword(text, start, end, "then", TokenKind.THEN);
            case 'w' -> keyword(text, start, end, "with", TokenKind.WITH);
            default -> TokenKind.IDENTIFIER;
        };
    }

    private static TokenKind keyword(String text, int start, int end, String word, TokenKind kind) {
        return end - start == word.length() && text.startsWith(word, start) ? kind : TokenKind.IDENTIFIER;
    }

    private void operator() {
        int second = peek(1);
        switch (peek(0)) {
            case '.' -> {
                boolean ellipsis = second == '.' && peek(2) == '.';
                emit(ellipsis ? TokenKind.ELLIPSIS : TokenKind.DOT, ellipsis ? 3 : 1);
            }
            case '=' -> either(second == '=', TokenKind.EQUAL, TokenKind.ASSIGN);
            case '!' -> either(second == '=', TokenKind.NOT_EQUAL, TokenKind.NOT);
            case '>' -> either(second == '=', TokenKind.GREATER_EQUAL, TokenKind.GREATER);
            case '&' -> either(second == '&', TokenKind.AND, TokenKind.INVALID);
            case '-' -> either(second == '>', TokenKind.IMPLIES, TokenKind.MINUS);
            case '+' -> either(second == '+', TokenKind.CONCAT, TokenKind.PLUS);
            case '/' -> either(second == '/', TokenKind.UPDATE, TokenKind.DIVIDE);
            case '|' -> {
                if (second == '|') {
                    emit(TokenKind.OR_OR, 2);
                } else {
                    either(second == '>', TokenKind.PIPE_INTO, TokenKind.INVALID);
                }
            }
            case '<' -> {
                int search = searchPathEnd(at);
                if (search > 0) {
                    emit(TokenKind.SEARCH_PATH, search - at);
                } else if (second == '=') {
                    emit(TokenKind.LESS_EQUAL, 2);
                } else {
                    either(second == '|', TokenKind.PIPE_FROM, TokenKind.LESS);
                }
            }
            case '*' -> emit(TokenKind.TIMES, 1);
            case '?' -> emit(TokenKind.QUESTION, 1);
            case ':' -> emit(TokenKind.COLON, 1);
            case '@' -> emit(TokenKind.AT, 1);
            case ';' -> emit(TokenKind.SEMICOLON, 1);
            case ',' -> emit(TokenKind.COMMA, 1);
            case '(' -> emit(TokenKind.LEFT_PAREN, 1);
            case ')' -> emit(TokenKind.RIGHT_PAREN, 1);
            case '[' -> emit(TokenKind.LEFT_BRACKET, 1);
            case ']' -> emit(TokenKind.RIGHT_BRACKET, 1);
            default -> emit(TokenKind.INVALID, 1);
        }
    }

    private void either(boolean two, TokenKind pair, TokenKind single) {
        emit(two ? pair : single, two ? 2 : 1);
    }

    private void string() {
        int c = peek(0);
        if (c == '"') {
            emit(TokenKind.QUOTE, 1);
            end();
        } else if (c == '$' && peek(1) == '{') {
            emit(TokenKind.INTERPOLATION, 2);
            begin(Mode.EXPRESSION);
        } else {
            int end = at;
            while (end < length) {
                char d = text.charAt(end);
                char next = end + 1 < length ? text.charAt(end + 1) : 0;
                if (d == '"' || (d == '$' && next == '{')) {
                    break;
                } else if (d == '\\') {
                    end += 2;
                } else if (d == '$' && next == '\\') {
                    // A dollar followed by a backslash: the dollar is plain, the escape stays whole.
                    end += 3;
                } else if (d == '$' && end + 1 < length && next != '"') {
                    // "$${" is a dollar, a dollar and a brace: the first takes the second with it.
                    end += 2;
                } else {
                    end++;
                }
            }
            emit(TokenKind.STRING_PIECE, Math.min(end, length) - at);
        }
    }

    private void indented() {
        int c = peek(0);
        int second = peek(1);
        if (c == '\'' && second == '\'') {
            int third = peek(2);
            if (third == '$' || third == '\'') {
                emit(TokenKind.INDENTED_ESCAPE, 3);
            } else if (third == '\\' && peek(3) >= 0) {
                emit(TokenKind.INDENTED_ESCAPE, 4);
            } else {
                emit(TokenKind.INDENTED_CLOSE, 2);
                end();
            }
        } else if (c == '$' && second == '{') {
            emit(TokenKind.INTERPOLATION, 2);
            begin(Mode.EXPRESSION);
        } else {
            int end = at;
            while (end < length) {
                char d = text.charAt(end);
                int next = end + 1 < length ? text.charAt(end + 1) : -1;
                if (d == '$') {
                    if (next < 0 || next == '{' || next == '\'') {
                        break;
                    }
                    end += 2;
                } else if (d == '\'') {
                    if (next < 0 || next == '\'' || next == '$') {
                        break;
                    }
                    end += 2;
                } else {
                    end++;
                }
            }
            if (end == at) {
                emit(TokenKind.INDENTED_ESCAPE, 1);
            } else {
                emit(TokenKind.INDENTED_PIECE, end - at);
            }
        }
    }

    private void path() {
        if (peek(0) == '$' && peek(1) == '{') {
            emit(TokenKind.INTERPOLATION, 2);
            begin(Mode.EXPRESSION);
            return;
        }
        // A piece ends with a slash that no character follows.
        int end = pathChars(at);
        while (end < length && text.charAt(end) == '/') {
            int next = pathChars(end + 1);
            boolean last = next == end + 1;
            end = next;
            if (last) {
                break;
            }
        }
        if (end > at) {
            emit(TokenKind.PATH_PIECE, end - at);
        } else {
            tokens.add(TokenKind.PATH_END, at);
            end();
        }
    }

    private int wordEnd(int from) {
        if (from >= length || !isWordStart(text.charAt(from))) {
            return from;
        }
        int end = from + 1;
        while (end < length && isWordPart(text.charAt(end))) {
            end++;
        }
        return end;
    }

    /** Where the number ends, negative for a float, 0 when there is none. */
    private int numberEnd(int from) {
        int end = digits(from);
        int dot = end;
        boolean isFloat = false;
        if (dot < length && text.charAt(dot) == '.') {
            boolean leading = end > from && text.charAt(from) != '0';
            boolean zero = end == from || (end == from + 1 && text.charAt(from) == '0');
            int after = digits(dot + 1);
            isFloat = leading || (zero && after > dot + 1);
            if (isFloat) {
                end = after;
                int exponent = end;
                if (exponent < length && (text.charAt(exponent) == 'e' || text.charAt(exponent) == 'E')) {
                    exponent++;
                    if (exponent < length && (text.charAt(exponent) == '+' || text.charAt(exponent) == '-')) {
                        exponent++;
                    }
                    int stop = digits(exponent);
                    if (stop > exponent) {
                        end = stop;
                    }
                }
            }
        }
        if (end == from) {
            return 0;
        }
        return isFloat ? -end : end;
    }

    private int digits(int from) {
        int end = from;
        while (end < length && isDigit(text.charAt(end))) {
            end++;
        }
        return end;
    }

    /** The end of a path without interpolation, or {@code from}. A trailing slash belongs to it. */
    private int pathEnd(int from) {
        int end = from;
        if (from < length && text.charAt(from) == '~') {
            end++;
        } else {
            end = pathChars(end);
        }
        boolean segment = false;
        while (end < length && text.charAt(end) == '/') {
            int next = pathChars(end + 1);
            if (next == end + 1) {
                break;
            }
            segment = true;
            end = next;
        }
        if (!segment) {
            return from;
        }
        return end < length && text.charAt(end) == '/' ? end + 1 : end;
    }

    /** The end of what comes before the first {@code ${} of a path, or {@code from}. */
    private int interpolatedPathEnd(int from) {
        int end = from;
        if (from < length && text.charAt(from) == '~') {
            end++;
            if (end >= length || text.charAt(end) != '/') {
                return from;
            }
        }
        boolean slash = false;
        while (end < length) {
            char c = text.charAt(end);
            if (c == '/') {
                // Two slashes are the operator, except before an interpolation's own slash, which never follows one.
                if (slash && text.charAt(end - 1) == '/') {
                    return from;
                }
                slash = true;
            } else if (!isPathChar(c)) {
                break;
            }
            end++;
        }
        boolean interpolation = slash && end + 1 < length && text.charAt(end) == '$' && text.charAt(end + 1) == '{';
        return interpolation ? end : from;
    }

    private int pathChars(int from) {
        int end = from;
        while (end < length && isPathChar(text.charAt(end))) {
            end++;
        }
        return end;
    }

    private int searchPathEnd(int from) {
        int end = pathChars(from + 1);
        if (end == from + 1) {
            return 0;
        }
        while (end < length && text.charAt(end) == '/') {
            int next = pathChars(end + 1);
            if (next == end + 1) {
                return 0;
            }
            end = next;
        }
        return end < length && text.charAt(end) == '>' ? end + 1 : 0;
    }

    private int uriEnd(int from) {
        if (from >= length || !isLetter(text.charAt(from))) {
            return from;
        }
        int end = from + 1;
        while (end < length
                && (isLetter(text.charAt(end)) || isDigit(text.charAt(end)) || "+-.".indexOf(text.charAt(end)) >= 0)) {
            end++;
        }
        if (end >= length || text.charAt(end) != ':') {
            return from;
        }
        int start = end + 1;
        end = start;
        while (end < length
                && (isLetter(text.charAt(end))
                        || isDigit(text.charAt(end))
                        || "%/?:@&=+$,-_.!~*'".indexOf(text.charAt(end)) >= 0)) {
            end++;
        }
        return end > start ? end : from;
    }

    /** Whether a name can be written without quotes; keywords are not considered. */
    public static boolean isIdentifier(String name) {
        if (name.isEmpty() || !isWordStart(name.charAt(0))) {
            return false;
        }
        for (int i = 1; i < name.length(); i++) {
            if (!isWordPart(name.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    /** Whether a name is a reserved word of standard Nix. */
    public static boolean isReserved(String name) {
        return !name.isEmpty() && keyword(name, 0, name.length()).isKeyword();
    }

    private static boolean isLetter(char c) {
        return is(c, LETTER);
    }

    private static boolean isDigit(char c) {
        return is(c, DIGIT);
    }

    private static boolean isWordStart(char c) {
        return is(c, WORD_START);
    }

    private static boolean isWordPart(char c) {
        return is(c, WORD_PART);
    }

    private static boolean isPathChar(char c) {
        return is(c, PATH_CHAR);
    }

    private static boolean is(char c, int classes) {
        return c < CLASSES.length && (CLASSES[c] & classes) != 0;
    }
}
