package org.sourceos.config.nix;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.sourceos.config.nix.JsonLexer.Token;

/** JSON (RFC 8259) to values, nested as deep as may be. Complaints are in the words of the library Nix uses. */
final class JsonReader {
    private static final String VALUE = "'[', '{', or a literal";

    /** An array or object that is being read. */
    private static final class Open {
        final boolean isArray;
        final List<NixValue> elements = new ArrayList<>();
        final Map<Symbol, NixValue> members = new LinkedHashMap<>();

        @Nullable Symbol key;

        Open(boolean isArray) {
            this.isArray = isArray;
        }

        void add(NixValue value) {
            Symbol name = key;
            if (name == null) {
                elements.add(value);
            } else {
                members.put(name, value);
            }
        }

        NixValue close() {
            if (isArray) {
                return NixList.of(elements.toArray(new NixValue[0]));
            }
            AttrsBuilder attrs = new AttrsBuilder(members.size());
            members.forEach(attrs::put);
            return attrs.build();
        }
    }

    private final Interp in;
    private final JsonLexer lexer;
    private final Deque<Open> open = new ArrayDeque<>();
    private Token token = Token.END;

    JsonReader(Interp in, String text) {
        this.in = in;
        this.lexer = new JsonLexer(text);
    }

    NixValue read() {
        next();
        while (true) {
            NixValue value = value();
            if (value == null) {
                continue;
            }
            Open around = open.peek();
            while (around != null) {
                around.add(value);
                if (another(around)) {
                    break;
                }
                value = around.close();
                open.pop();
                around = open.peek();
            }
            if (around == null) {
                next();
                if (token != Token.END) {
                    throw unexpected("value", Token.END.shown);
                }
                return value;
            }
        }
    }

    private void next() {
        in.step();
        token = lexer.next();
    }

    private EvalError error(String what) {
        return new EvalError(
                EvalError.Kind.OTHER,
                "[json.exception.parse_error.101] parse error at line " + lexer.line() + ", column " + lexer.column()
                        + ": " + what);
    }

    private EvalError unexpected(String parsing, String expected) {
        return error("syntax error while parsing " + parsing + " - "
                + (token == Token.WRONG ? lexer.complaint() : "unexpected " + token.shown)
                + (expected.isEmpty() ? "" : "; expected " + expected));
    }

    /** The value whose first token was read; null when it has parts, of which the first one comes now. */
    private @Nullable NixValue value() {
        return switch (token) {
            case TRUE -> NixBool.TRUE;
            case FALSE -> NixBool.FALSE;
            case NULL -> NixNull.NULL;
            case STRING -> new NixString(withoutNul());
            case NUMBER -> lexer.numberValue();
            case BEGIN_ARRAY -> {
                next();
                if (token == Token.END_ARRAY) {
                    yield NixList.EMPTY;
                }
                open.push(new Open(true));
                yield null;
            }
            case BEGIN_OBJECT -> {
                next();
                if (token == Token.END_OBJECT) {
                    yield NixAttrs.EMPTY;
                }
                Open object = new Open(false);
                key(object);
                open.push(object);
                yield null;
            }
            case WRONG -> throw unexpected("value", "");
            default -> {
                if (lexer.readNothing()) {
                    throw error("attempting to parse an empty input; check that your input string or stream contains"
                            + " the expected JSON");
                }
                throw unexpected("value", VALUE);
            }
        };
    }

    /** Whether another part follows in an array or object; its first token is read then. */
    private boolean another(Open around) {
        next();
        if (token == Token.VALUE_SEPARATOR) {
            next();
            if (!around.isArray) {
                key(around);
            }
            return true;
        }
        Token end = around.isArray ? Token.END_ARRAY : Token.END_OBJECT;
        if (token != end) {
            throw unexpected(around.isArray ? "array" : "object", end.shown);
        }
        return false;
    }

    private void key(Open object) {
        if (token != Token.STRING) {
            throw unexpected("object key", Token.STRING.shown);
        }
        object.key = in.symbols.of(withoutNul());
        next();
        if (token != Token.NAME_SEPARATOR) {
            throw unexpected("object separator", Token.NAME_SEPARATOR.shown);
        }
        next();
    }

    private String withoutNul() {
        String bytes = lexer.string();
        in.reserve(bytes.length());
        if (bytes.indexOf('\0') >= 0) {
            throw new EvalError(EvalError.Kind.OTHER, NixString.nulComplaint(bytes));
        }
        return bytes;
    }
}
