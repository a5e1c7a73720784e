package org.sourceos.config.nix;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.sourceos.config.nix.syntax.Precedence;
import org.sourceos.config.nix.syntax.TokenKind;
import org.sourceos.config.nix.syntax.Tokens;

/**
 * Text to tree, by recursive descent; binary operators by their precedence. The tree's variables are not bound yet.
 * Complaints are in the words of Nix's own parser.
 */
final class Parser {
    /** Deeper nesting is a mistake or an attack. */
    private static final int DEEPEST = 10_000;

    private static final String TRAILING_SLASH = "path has a trailing slash";

    private enum Associativity {
        LEFT,
        RIGHT,
        NONE
    }

    private final Symbols symbols;
    private final Source source;
    private final EvalSettings settings;
    private final Tokens tokens;
    /** Index of the current token, never trivia. */
    private int at;

    private int depth;

    Parser(Symbols symbols, Source source, EvalSettings settings, Tokens tokens) {
        this.symbols = symbols;
        this.source = source;
        this.settings = settings;
        this.tokens = tokens;
        skipTrivia();
    }

    /** The whole text as one expression. */
    Expr parse() {
        Expr whole = expression();
        if (kind() != TokenKind.END) {
            throw unexpected("end of file");
        }
        return whole;
    }

    private void skipTrivia() {
        while (tokens.kind(at).isTrivia()) {
            at++;
        }
    }

    private TokenKind kind() {
        return tokens.kind(at);
    }

    /** The kind of the so-many-th token from here that is not trivia. */
    private TokenKind kind(int ahead) {
        int index = at;
        for (int i = 0; i < ahead; i++) {
            if (tokens.kind(index) == TokenKind.END) {
                return TokenKind.END;
            }
            index++;
            while (tokens.kind(index).isTrivia()) {
                index++;
            }
        }
        return tokens.kind(index);
    }

    private int offset() {
        return tokens.start(at);
    }

    private String text() {
        return tokens.text(at);
    }

    private void next() {
        if (kind() != TokenKind.END) {
            at++;
            skipTrivia();
        }
    }

    private boolean accept(TokenKind kind) {
        if (kind() == kind) {
            next();
            return true;
        }
        return false;
    }

    private void expect(TokenKind kind) {
        if (!accept(kind)) {
            throw unexpected(kind.shown());
        }
    }

    private EvalError unexpected(String... expected) {
        StringBuilder message = new StringBuilder("syntax error, unexpected ").append(kind().shown());
        String separator = ", expecting ";
        for (String one : expected) {
            message.append(separator).append(one);
            separator = " or ";
        }
        return error(message.toString(), offset());
    }

    private EvalError error(String message, int offset) {
        return new EvalError(EvalError.Kind.SYNTAX, message).at(new Pos(source, offset));
    }

    private void deeper() {
        if (++depth > DEEPEST) {
            throw error("the expression is nested more than " + DEEPEST + " levels deep", offset());
        }
    }

    private Expr expression() {
        deeper();
        Expr expr = function();
        depth--;
        return expr;
    }

    private Expr function() {
        int start = offset();
        switch (kind()) {
            case IDENTIFIER -> {
                TokenKind second = kind(1);
                if (second == TokenKind.COLON) {
                    String argument = text();
                    next();
                    next();
                    Expr body = expression();
                    return new LambdaExpr(source, start, symbols.of(argument), null, false, body);
                }
                if (second == TokenKind.AT) {
                    String argument = text();
                    next();
                    next();
                    if (kind() != TokenKind.LEFT_BRACE) {
                        throw unexpected("'{'");
                    }
                    return pattern(start, argument);
                }
            }
            case LEFT_BRACE -> {
                if (isPattern()) {
                    return pattern(start, null);
                }
            }
            case ASSERT -> {
                next();
                Expr condition = expression();
                expect(TokenKind.SEMICOLON);
                return new AssertExpr(source, start, condition, expression());
            }
            case WITH -> {
                next();
                Expr attrs = expression();
                expect(TokenKind.SEMICOLON);
                return new WithExpr(source, start, attrs, expression());
            }
            case LET -> {
                if (kind(1) != TokenKind.LEFT_BRACE) {
                    next();
                    AttrsExpr bindings = new AttrsExpr(source, start, true);
                    bindings(bindings, TokenKind.IN);
                    if (!bindings.dynamics.isEmpty()) {
                        throw error("dynamic attributes not allowed in let", start);
                    }
                    return new LetExpr(source, start, bindings, expression());
                }
            }
            case IF -> {
                next();
                Expr condition = expression();
                expect(TokenKind.THEN);
                Expr yes = expression();
                expect(TokenKind.ELSE);
                return new IfExpr(source, start, condition, yes, expression());
            }
            default -> {}
        }
        Expr expr = operators(0);
        if (kind() == TokenKind.PIPE_INTO || kind() == TokenKind.PIPE_FROM) {
            throw error(
                    "experimental Nix feature 'pipe-operators' is disabled; add '--extra-experimental-features"
                            + " pipe-operators' to enable it",
                    offset());
        }
        return expr;
    }

    /** Whether the brace here opens a function's pattern. */
    private boolean isPattern() {
        return switch (kind(1)) {
            case ELLIPSIS -> true;
            case RIGHT_BRACE -> kind(2) == TokenKind.COLON || kind(2) == TokenKind.AT;
            case IDENTIFIER ->
                switch (kind(2)) {
                    case COMMA, QUESTION -> true;
                    // What else follows is a mistake in a function, not in a set.
                    case RIGHT_BRACE -> true;
                    default -> false;
                };
            default -> false;
        };
    }

    /** A function with a pattern. Names count as seen in the order in which Nix's parser sees them: the argument last. */
    private Expr pattern(int start, @Nullable String before) {
        expect(TokenKind.LEFT_BRACE);
        List<LambdaExpr.Formal> formals = new ArrayList<>();
        boolean ellipsis = false;
        while (kind() != TokenKind.RIGHT_BRACE) {
            if (accept(TokenKind.ELLIPSIS)) {
                ellipsis = true;
                break;
            }
            if (kind() != TokenKind.IDENTIFIER) {
                throw formals.isEmpty() ? unexpected() : unexpected("identifier", "'...'", "'}'");
            }
            int formalAt = offset();
            String text = text();
            next();
            Expr fallback = accept(TokenKind.QUESTION) ? expression() : null;
            Symbol name = symbols.of(text);
            formals.add(new LambdaExpr.Formal(name, formalAt, fallback));
            if (!accept(TokenKind.COMMA)) {
                if (kind() != TokenKind.RIGHT_BRACE) {
                    throw unexpected("'}'", "','");
                }
                break;
            }
        }
        expect(TokenKind.RIGHT_BRACE);
        String argument = before;
        if (accept(TokenKind.AT)) {
            if (before != null) {
                throw unexpected("':'");
            }
            if (kind() != TokenKind.IDENTIFIER) {
                throw unexpected("identifier");
            }
            argument = text();
            next();
        } else if (kind() != TokenKind.COLON && before == null) {
            throw unexpected("':'", "'@'");
        }
        expect(TokenKind.COLON);
        Expr body = expression();
        Symbol whole = argument == null ? null : symbols.of(argument);
        checkDuplicates(formals, whole, start);
        return new LambdaExpr(source, start, whole, formals.toArray(new LambdaExpr.Formal[0]), ellipsis, body);
    }

    /** Of several names that come twice the one is named that was seen first. */
    private void checkDuplicates(List<LambdaExpr.Formal> formals, @Nullable Symbol whole, int start) {
        Set<Symbol> names = new HashSet<>();
        LambdaExpr.@Nullable Formal duplicate = null;
        for (LambdaExpr.Formal formal : formals) {
            if (!names.add(formal.name) && (duplicate == null || formal.name.id < duplicate.name.id)) {
                duplicate = formal;
            }
        }
        if (duplicate != null) {
            throw error("duplicate formal function argument '" + duplicate.name + "'", duplicate.offset);
        }
        if (whole != null && names.contains(whole)) {
            throw error("duplicate formal function argument '" + whole + "'", start);
        }
    }

    private static Associativity associativity(TokenKind kind) {
        return switch (kind) {
            case IMPLIES, UPDATE, CONCAT -> Associativity.RIGHT;
            case EQUAL, NOT_EQUAL, LESS, GREATER, LESS_EQUAL, GREATER_EQUAL -> Associativity.NONE;
            default -> Associativity.LEFT;
        };
    }

    private Expr operators(int lowest) {
        deeper();
        Expr left = prefix();
        while (true) {
            TokenKind operator = kind();
            int precedence = Precedence.of(operator);
            if (precedence < 0 || precedence < lowest) {
                depth--;
                return left;
            }
            int operatorAt = offset();
            next();
            if (operator == TokenKind.QUESTION) {
                left = new HasAttrExpr(source, left.offset, left, attrPath(false));
            } else {
                boolean right = associativity(operator) == Associativity.RIGHT;
                left = binary(operator, operatorAt, left, operators(right ? precedence : precedence + 1));
            }
            if (associativity(operator) == Associativity.NONE && Precedence.of(kind()) == precedence) {
                throw unexpected();
            }
        }
    }

    private Expr prefix() {
        int start = offset();
        if (accept(TokenKind.NOT)) {
            return new NotExpr(source, start, operators(Precedence.NOT_OPERAND));
        }
        if (accept(TokenKind.MINUS)) {
            Expr zero = new LiteralExpr(source, start, NixInt.of(0));
            return new ArithmeticExpr.Sub(source, start, symbols, zero, operators(Precedence.NEGATE));
        }
        return application();
    }

    private Expr binary(TokenKind operator, int offset, Expr left, Expr right) {
        return switch (operator) {
            case IMPLIES -> new BinaryExpr.Implies(source, offset, left, right);
            case OR_OR -> new BinaryExpr.Or(source, offset, left, right);
            case AND -> new BinaryExpr.And(source, offset, left, right);
            case EQUAL -> new BinaryExpr.Equal(source, offset, left, right);
            case NOT_EQUAL -> new BinaryExpr.NotEqual(source, offset, left, right);
            case LESS -> less(offset, left, right);
            case GREATER -> less(offset, right, left);
            case LESS_EQUAL -> new NotExpr(source, offset, less(offset, right, left));
            case GREATER_EQUAL -> new NotExpr(source, offset, less(offset, left, right));
            case UPDATE -> new BinaryExpr.Update(source, offset, left, right);
            case CONCAT -> new BinaryExpr.ConcatLists(source, offset, left, right);
            case PLUS -> new PlusExpr(source, offset, left, right);
            case MINUS -> new ArithmeticExpr.Sub(source, offset, symbols, left, right);
            case TIMES -> new ArithmeticExpr.Mul(source, offset, symbols, left, right);
            case DIVIDE -> new ArithmeticExpr.Div(source, offset, symbols, left, right);
            default -> throw new IllegalStateException("not an operator: " + operator);
        };
    }

    private Expr less(int offset, Expr left, Expr right) {
        return new ArithmeticExpr.Less(source, offset, symbols, left, right);
    }

    private Expr application() {
        int start = offset();
        List<Expr> arguments = new ArrayList<>(2);
        Expr function = select(arguments);
        while (kind().startsSimple()) {
            arguments.add(select(null));
        }
        if (arguments.isEmpty()) {
            return function;
        }
        Expr[] given = arguments.toArray(new Expr[0]);
        // (f a) b is one call with two arguments.
        return function instanceof CallExpr call ? call.with(given) : CallExpr.of(source, start, function, given);
    }

    /**
     * A simple expression with its attribute path. {@code f or} is the call of {@code f} with a variable named {@code or}:
     * an old library has a function of that name. Where further arguments may follow, it goes to {@code arguments}.
     */
    private Expr select(@Nullable List<Expr> arguments) {
        int start = offset();
        Expr subject = simple();
        if (accept(TokenKind.DOT)) {
            AttrName[] path = attrPath(settings.dialect());
            Expr fallback = null;
            if (accept(TokenKind.OR)) {
                deeper();
                fallback = select(null);
                depth--;
            }
            return new SelectExpr(source, start, subject, path, fallback);
        }
        if (kind() == TokenKind.OR) {
            Expr or = new VarExpr(source, start, symbols.or);
            next();
            if (arguments != null) {
                arguments.add(or);
            } else {
                return CallExpr.of(source, start, subject, or);
            }
        }
        return subject;
    }

    private Expr simple() {
        int start = offset();
        switch (kind()) {
            case IDENTIFIER -> {
                Symbol name = symbols.of(text());
                next();
                return name == symbols.curPos ? new CurPosExpr(source, start) : new VarExpr(source, start, name);
            }
            case INTEGER -> {
                String digits = text();
                try {
                    Expr literal = new LiteralExpr(source, start, NixInt.of(Long.parseLong(digits)));
                    next();
                    return literal;
                } catch (NumberFormatException e) {
                    throw error("invalid integer '" + digits + "'", start);
                }
            }
            case FLOAT -> {
                double value = Double.parseDouble(text());
                boolean tooSmall = Math.abs(value) < Double.MIN_NORMAL && !text().matches("[0.]+([eE].*)?");
                if (Double.isInfinite(value) || tooSmall) {
                    throw error("invalid float '" + text() + "'", start);
                }
                next();
                return new LiteralExpr(source, start, new NixFloat(value));
            }
            case QUOTE -> {
                return string();
            }
            case INDENTED_OPEN -> {
                return indentedString();
            }
            case PATH, HOME_PATH, PATH_START, HOME_PATH_START -> {
                return path();
            }
            case SEARCH_PATH -> {
                String text = text();
                next();
                return CallExpr.of(
                        source,
                        start,
                        new VarExpr(source, start, symbols.findFile),
                        new VarExpr(source, start, symbols.nixPath),
                        new LiteralExpr(source, start, new NixString(text.substring(1, text.length() - 1))));
            }
            case URI -> {
                if (settings.dialect()) {
                    throw error("a URL is written in quotes: \"" + text() + "\"", start);
                }
                Expr uri = new LiteralExpr(source, start, new NixString(text()));
                next();
                return uri;
            }
            case LEFT_PAREN -> {
                next();
                Expr inner = expression();
                expect(TokenKind.RIGHT_PAREN);
                return inner;
            }
            case LET -> {
                next();
                expect(TokenKind.LEFT_BRACE);
                AttrsExpr attrs = new AttrsExpr(source, start, true);
                bindings(attrs, TokenKind.RIGHT_BRACE);
                AttrName body = new AttrName(symbols.body, new LiteralExpr(source, start, NixNull.NULL));
                return new SelectExpr(source, start, attrs, new AttrName[] {body}, null);
            }
            case REC -> {
                next();
                expect(TokenKind.LEFT_BRACE);
                AttrsExpr attrs = new AttrsExpr(source, start, true);
                bindings(attrs, TokenKind.RIGHT_BRACE);
                return attrs;
            }
            case LEFT_BRACE -> {
                next();
                AttrsExpr attrs = new AttrsExpr(source, start, false);
                bindings(attrs, TokenKind.RIGHT_BRACE);
                return attrs;
            }
            case LEFT_BRACKET -> {
                return list();
            }
            default -> throw unexpected();
        }
    }

    private Expr list() {
        int start = offset();
        expect(TokenKind.LEFT_BRACKET);
        List<Expr> elements = new ArrayList<>();
        boolean commas = false;
        deeper();
        while (kind() != TokenKind.RIGHT_BRACKET) {
            if (!kind().startsSimple()) {
                throw unexpected();
            }
            elements.add(select(null));
            if (settings.dialect()) {
                boolean comma = kind() == TokenKind.COMMA;
                if (elements.size() == 1) {
                    commas = comma;
                } else if (comma != commas && (comma || kind() != TokenKind.RIGHT_BRACKET)) {
                    throw error("the elements of a list are separated by commas or by spaces, not by both", offset());
                }
                if (comma) {
                    next();
                }
            }
        }
        depth--;
        next();
        return new ListExpr(source, start, elements.toArray(new Expr[0]));
    }

    /** A path of names; in the dialect a name after a dot may be a keyword. */
    private AttrName[] attrPath(boolean afterDot) {
        AttrName first = attrName(afterDot);
        if (kind() != TokenKind.DOT) {
            return new AttrName[] {first};
        }
        List<AttrName> path = new ArrayList<>();
        path.add(first);
        while (accept(TokenKind.DOT)) {
            path.add(attrName(settings.dialect()));
        }
        return path.toArray(new AttrName[0]);
    }

    private AttrName attrName(boolean keywords) {
        int start = offset();
        if (kind() == TokenKind.IDENTIFIER || kind() == TokenKind.OR || (keywords && kind().isKeyword())) {
            Symbol name = symbols.of(text());
            next();
            return new AttrName(name, new VarExpr(source, start, name));
        }
        Expr name;
        if (kind() == TokenKind.QUOTE) {
            name = string();
        } else if (accept(TokenKind.INTERPOLATION)) {
            name = expression();
            expect(TokenKind.RIGHT_BRACE);
        } else {
            throw unexpected("identifier", "'or'", "'${'", "'\"'");
        }
        if (name instanceof LiteralExpr literal && literal.value instanceof NixString string) {
            return new AttrName(symbols.of(string.bytes), new VarExpr(source, start, symbols.of(string.bytes)));
        }
        return new AttrName(null, name);
    }

    private void bindings(AttrsExpr attrs, TokenKind end) {
        deeper();
        while (!accept(end)) {
            int start = offset();
            checkNotName();
            if (accept(TokenKind.INHERIT)) {
                inherit(attrs);
                continue;
            }
            if (kind() != TokenKind.IDENTIFIER
                    && kind() != TokenKind.OR
                    && kind() != TokenKind.QUOTE
                    && kind() != TokenKind.INTERPOLATION) {
                throw end == TokenKind.IN ? unexpected("'in'", "'inherit'") : unexpected("'inherit'");
            }
            AttrName[] path = attrPath(false);
            if (kind() != TokenKind.ASSIGN) {
                throw unexpected("'.'", "'='");
            }
            next();
            Expr value = expression();
            expect(TokenKind.SEMICOLON);
            add(attrs, path, start, value);
        }
        depth--;
    }

    /** Some options are called as words of the language are, which Nix takes for names in quotes only. */
    private void checkNotName() {
        if (settings.dialect() && kind().isKeyword() && (kind(1) == TokenKind.ASSIGN || kind(1) == TokenKind.DOT)) {
            String word = text();
            throw error("'" + word + "' is a word of the language, and a name only in quotes", offset())
                    .suggest(Optional.of("write \"" + word + "\" instead"));
        }
    }

    private void inherit(AttrsExpr attrs) {
        int slot = -1;
        if (accept(TokenKind.LEFT_PAREN)) {
            Expr from = expression();
            expect(TokenKind.RIGHT_PAREN);
            slot = attrs.sources.size();
            attrs.sources.add(from);
        }
        while (!accept(TokenKind.SEMICOLON)) {
            int start = offset();
            if (kind() != TokenKind.IDENTIFIER
                    && kind() != TokenKind.OR
                    && kind() != TokenKind.QUOTE
                    && kind() != TokenKind.INTERPOLATION) {
                throw unexpected();
            }
            AttrName name = attrName(false);
            Symbol symbol = name.symbol;
            if (symbol == null) {
                throw error("dynamic attributes not allowed in inherit", start);
            }
            AttrsExpr.Definition before = attrs.definitions().get(symbol);
            if (before != null) {
                throw defined(symbol.name, start, before.offset);
            }
            AttrsExpr.Definition definition = slot < 0
                    ? new AttrsExpr.Definition(AttrsExpr.Origin.INHERITED, new VarExpr(source, start, symbol), start)
                    : new AttrsExpr.Definition(
                            AttrsExpr.Origin.INHERITED_FROM, new InheritedExpr(source, start, slot, symbol), start);
            attrs.definitions().put(symbol, definition);
        }
    }

    private EvalError defined(String name, int offset, int before) {
        return error("attribute '" + name + "' already defined at " + new Pos(source, before), offset);
    }

    /** Adds {@code a.b.c = value}, going into sets that earlier definitions have opened. */
    private void add(AttrsExpr outer, AttrName[] path, int start, Expr value) {
        AttrsExpr attrs = outer;
        for (int i = 0; i < path.length - 1; i++) {
            Symbol symbol = path[i].symbol;
            AttrsExpr nested;
            if (symbol == null) {
                nested = new AttrsExpr(source, start, false);
                attrs.dynamics.add(new AttrsExpr.Dynamic(path[i].expr(), nested, start));
            } else {
                AttrsExpr.Definition known = attrs.definitions().get(symbol);
                if (known == null) {
                    nested = new AttrsExpr(source, start, false);
                    attrs.definitions().put(symbol, new AttrsExpr.Definition(AttrsExpr.Origin.PLAIN, nested, start));
                } else if (known.expr instanceof AttrsExpr open) {
                    nested = open;
                } else {
                    throw defined(shown(path, i + 1), start, known.offset);
                }
            }
            attrs = nested;
        }
        Symbol last = path[path.length - 1].symbol;
        if (last == null) {
            attrs.dynamics.add(new AttrsExpr.Dynamic(path[path.length - 1].expr(), value, start));
        } else {
            define(
                    attrs,
                    () -> shown(path, path.length),
                    last,
                    new AttrsExpr.Definition(AttrsExpr.Origin.PLAIN, value, start));
        }
    }

    /** Two sets written out under one name are one set. */
    private void define(AttrsExpr attrs, Supplier<String> shown, Symbol name, AttrsExpr.Definition definition) {
        AttrsExpr.Definition known = attrs.definitions().get(name);
        if (known == null) {
            attrs.definitions().put(name, definition);
            return;
        }
        if (!(known.expr instanceof AttrsExpr into) || !(definition.expr instanceof AttrsExpr from)) {
            throw defined(shown.get(), definition.offset, known.offset);
        }
        int shift = into.sources.size();
        from.definitions().forEach((key, one) -> {
            AttrsExpr.Definition moved = one;
            if (one.expr instanceof InheritedExpr inherited && one.origin == AttrsExpr.Origin.INHERITED_FROM) {
                moved = new AttrsExpr.Definition(
                        one.origin,
                        new InheritedExpr(source, inherited.offset, inherited.slot + shift, key),
                        one.offset);
            }
            Supplier<String> path = () ->
                    new Shower().text(shown.get()).text(".").name(key.name).toString();
            define(into, path, key, moved);
        });
        into.dynamics.addAll(from.dynamics);
        into.sources.addAll(from.sources);
    }

    private static String shown(AttrName[] path, int length) {
        Shower out = new Shower();
        AttrName.show(out, Arrays.copyOf(path, length));
        return out.toString();
    }

    private Expr string() {
        int start = offset();
        // White space inside a string is the string's: from here to the closing quote tokens are taken one by one.
        at++;
        List<Expr> parts = new ArrayList<>();
        boolean interpolation = false;
        while (kind() != TokenKind.QUOTE) {
            if (kind() == TokenKind.STRING_PIECE) {
                parts.add(new LiteralExpr(source, offset(), new NixString(unescape(text()))));
                at++;
            } else if (kind() == TokenKind.INTERPOLATION) {
                parts.add(interpolated());
                interpolation = true;
            } else {
                throw unexpected("'\"'");
            }
        }
        next();
        if (parts.isEmpty()) {
            return new LiteralExpr(source, start, NixString.EMPTY);
        }
        if (!interpolation && parts.get(0) instanceof LiteralExpr piece) {
            return new LiteralExpr(source, start, piece.value);
        }
        return new ConcatExpr(source, start, true, parts.toArray(new Expr[0]));
    }

    private Expr interpolated() {
        next();
        Expr expr = expression();
        if (kind() != TokenKind.RIGHT_BRACE) {
            throw unexpected("'}'");
        }
        // What follows the brace is the string's again, white space too.
        at++;
        return expr;
    }

    private Expr path() {
        int start = offset();
        boolean interpolation = kind() == TokenKind.PATH_START || kind() == TokenKind.HOME_PATH_START;
        boolean home = kind() == TokenKind.HOME_PATH || kind() == TokenKind.HOME_PATH_START;
        String text = text();
        if (!interpolation) {
            if (text.endsWith("/")) {
                int end = start + text.length();
                boolean doubled = source.text.startsWith("/", end);
                throw error(
                        doubled ? "syntax error, unexpected end of path, expecting '${'" : TRAILING_SLASH,
                        end < source.text.length() ? end : start);
            }
            Expr literal = new LiteralExpr(source, start, absolute(text, home, start));
            next();
            return literal;
        }
        NixPath first = absolute(text, home, start);
        if (!home && text.endsWith("/") && !first.bytes.equals("/")) {
            first = new NixPath(first.bytes + "/");
        }
        List<Expr> parts = new ArrayList<>();
        parts.add(new LiteralExpr(source, start, first));
        at++;
        String last = text;
        int lastAt = start;
        while (kind() != TokenKind.PATH_END) {
            if (kind() == TokenKind.PATH_PIECE) {
                last = text();
                lastAt = offset();
                parts.add(new LiteralExpr(source, lastAt, new NixString(last)));
                at++;
            } else if (kind() == TokenKind.INTERPOLATION) {
                last = "";
                parts.add(interpolated());
            } else {
                throw unexpected();
            }
        }
        if (last.endsWith("/")) {
            throw error(TRAILING_SLASH, offset() < source.text.length() ? offset() : lastAt);
        }
        next();
        return new ConcatExpr(source, start, false, parts.toArray(new Expr[0]));
    }

    private NixPath absolute(String text, boolean home, int start) {
        if (!home) {
            return new NixPath(NixPath.canonical(source.baseDirectory, text));
        }
        String directory = settings.machine()
                .homeDirectory()
                .orElseThrow(
                        () -> error("the path '" + text + "' can not be resolved: no home directory is known", start));
        // As it is written: this kind of path alone keeps its dots.
        return new NixPath(Bytes.of(directory) + text.substring(1));
    }

    private static String unescape(String text) {
        if (text.indexOf('\\') < 0 && text.indexOf('\r') < 0) {
            return text;
        }
        StringBuilder out = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\' && i + 1 < text.length()) {
                char next = text.charAt(++i);
                switch (next) {
                    case 'n' -> out.append('\n');
                    case 'r' -> out.append('\r');
                    case 't' -> out.append('\t');
                    default -> out.append(next);
                }
            } else if (c == '\r') {
                out.append('\n');
                if (i + 1 < text.length() && text.charAt(i + 1) == '\n') {
                    i++;
                }
            } else {
                out.append(c);
            }
        }
        return out.toString();
    }

    private Expr indentedString() {
        int start = offset();
        at++;
        List<IndentedString.Part> parts = new ArrayList<>();
        while (kind() != TokenKind.INDENTED_CLOSE) {
            switch (kind()) {
                case INDENTED_PIECE -> {
                    parts.add(IndentedString.Part.text(text(), true, offset()));
                    at++;
                }
                case INDENTED_ESCAPE -> {
                    parts.add(IndentedString.Part.text(unescapeIndented(text()), false, offset()));
                    at++;
                }
                case INTERPOLATION -> parts.add(IndentedString.Part.expr(interpolated()));
                default -> throw unexpected("indented string", "'${'", "end of an indented string");
            }
        }
        next();
        return IndentedString.build(source, start, parts);
    }

    private static String unescapeIndented(String text) {
        if (text.startsWith("''\\")) {
            return unescape(text.substring(2));
        }
        return switch (text) {
            case "''$" -> "$";
            case "'''" -> "''";
            default -> text;
        };
    }
}
