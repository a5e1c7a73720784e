package org.sourceos.config.nix.format;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.sourceos.config.nix.syntax.Precedence;
import org.sourceos.config.nix.syntax.TokenKind;

/**
 * Leaves to tree, by recursive descent as the language's own parser goes. The text must be in the language: this one does not
 * complain, it reads what the other has accepted.
 */
final class TreeReader {
    private final List<Leaf> leaves;
    private int at;

    private TreeReader(List<Leaf> leaves) {
        this.leaves = leaves;
    }

    /** The tree of a whole text. */
    static Node read(List<Leaf> leaves) {
        TreeReader reader = new TreeReader(leaves);
        Node whole = reader.expression();
        if (reader.kind() != TokenKind.END) {
            throw new IllegalStateException("not read to its end: " + reader.kind() + " is left");
        }
        return whole;
    }

    private TokenKind kind() {
        return leaves.get(at).kind;
    }

    private TokenKind kind(int ahead) {
        return leaves.get(Math.min(at + ahead, leaves.size() - 1)).kind;
    }

    private Leaf take() {
        return leaves.get(at++);
    }

    private Leaf take(TokenKind kind) {
        if (kind() != kind) {
            throw new IllegalStateException("read " + kind() + " as " + kind);
        }
        return take();
    }

    private boolean is(TokenKind kind) {
        return kind() == kind;
    }

    /** Takes a token that ends a line; the comments in front of it come behind it. */
    private Leaf takeSettled(TokenKind kind) {
        Settling.settle(leaves.get(at - 1), leaves.get(at), leaves.get(at + 1));
        return take(kind);
    }

    private Node expression() {
        switch (kind()) {
            case IDENTIFIER -> {
                if (kind(1) == TokenKind.COLON) {
                    return lambda(take());
                }
                if (kind(1) == TokenKind.AT) {
                    Leaf name = take();
                    return lambda(pattern(new Pattern.Named(name, takeSettled(TokenKind.AT))));
                }
            }
            case LEFT_BRACE -> {
                if (isPattern()) {
                    return lambda(pattern(null));
                }
            }
            case ASSERT, WITH -> {
                Leaf keyword = take();
                Node condition = expression();
                Leaf semicolon = takeSettled(TokenKind.SEMICOLON);
                return new Preamble(keyword, condition, semicolon, expression());
            }
            case LET -> {
                if (kind(1) != TokenKind.LEFT_BRACE) {
                    Leaf keyword = take();
                    List<Node> bindings = bindings(TokenKind.IN);
                    Leaf in = take(TokenKind.IN);
                    return new Let(keyword, bindings, in, expression());
                }
            }
            case IF -> {
                Leaf keyword = take();
                Node condition = expression();
                Leaf then = take(TokenKind.THEN);
                Node yes = expression();
                Leaf otherwise = take(TokenKind.ELSE);
                return new If(keyword, condition, then, yes, otherwise, expression());
            }
            default -> {}
        }
        return operators(0);
    }

    private Node lambda(Node parameter) {
        Leaf colon = takeSettled(TokenKind.COLON);
        return new Lambda(parameter, colon, expression());
    }

    private boolean isPattern() {
        return switch (kind(1)) {
            case ELLIPSIS -> true;
            case RIGHT_BRACE -> kind(2) == TokenKind.COLON || kind(2) == TokenKind.AT;
            case IDENTIFIER ->
                switch (kind(2)) {
                    case COMMA, QUESTION -> true;
                    case RIGHT_BRACE -> kind(3) == TokenKind.COLON || kind(3) == TokenKind.AT;
                    default -> false;
                };
            default -> false;
        };
    }

    private Pattern pattern(Pattern.@Nullable Named before) {
        Leaf brace = take(TokenKind.LEFT_BRACE);
        List<Item> arguments = new ArrayList<>();
        while (!is(TokenKind.RIGHT_BRACE)) {
            Leaf name = take();
            Node argument = name;
            if (is(TokenKind.QUESTION)) {
                Leaf question = take();
                argument = new Default(name, question, expression());
            }
            arguments.add(item(argument, name.kind != TokenKind.ELLIPSIS));
        }
        Leaf close = take(TokenKind.RIGHT_BRACE);
        Pattern.Named behind = null;
        if (is(TokenKind.AT)) {
            Leaf sign = takeSettled(TokenKind.AT);
            behind = new Pattern.Named(take(), sign);
        }
        return new Pattern(before, brace, arguments, close, behind);
    }

    /** With the comma that follows, or else one that shows only where it ends a line. */
    private Item item(Node value, boolean commaAtEnd) {
        if (is(TokenKind.COMMA)) {
            return new Item(value, takeSettled(TokenKind.COMMA));
        }
        return new Item(value, commaAtEnd ? Settling.commaAfter(value.last()) : null);
    }

    private Node operators(int lowest) {
        Node left = prefix();
        int precedence = Precedence.of(kind());
        while (precedence >= Math.max(lowest, 0)) {
            if (precedence == Precedence.HAS) {
                Leaf question = take();
                left = new HasAttr(left, question, names());
            } else {
                left = chain(left, precedence);
            }
            precedence = Precedence.of(kind());
        }
        return left;
    }

    /** All that operators of one precedence join, to whichever side they associate. */
    private Chain chain(Node first, int precedence) {
        List<Node> operands = new ArrayList<>();
        List<Leaf> operators = new ArrayList<>();
        operands.add(first);
        while (Precedence.of(kind()) == precedence) {
            operators.add(take());
            operands.add(operators(precedence + 1));
        }
        return new Chain(operands, operators);
    }

    private Node prefix() {
        if (is(TokenKind.NOT)) {
            Leaf not = take();
            return new Unary(not, operators(Precedence.NOT_OPERAND));
        }
        if (is(TokenKind.MINUS)) {
            Leaf minus = take();
            return new Unary(minus, operators(Precedence.NEGATE));
        }
        return application();
    }

    private Node application() {
        Node function = select();
        List<Node> arguments = new ArrayList<>();
        while (kind().startsSimple() || is(TokenKind.OR)) {
            // An old library has a function named "or": where no attribute is selected, the word is a variable.
            arguments.add(is(TokenKind.OR) ? take() : select());
        }
        return arguments.isEmpty() ? function : new Apply(function, arguments);
    }

    private Node select() {
        Node subject = simple();
        if (!is(TokenKind.DOT)) {
            return subject;
        }
        Leaf dot = take();
        Names path = names();
        Select.Fallback fallback = null;
        if (is(TokenKind.OR)) {
            Leaf or = take();
            fallback = new Select.Fallback(or, element());
        }
        return new Select(subject, dot, path, fallback);
    }

    /** An element of a list or a fallback, where {@code f or} is a call too. */
    private Node element() {
        Node node = select();
        return is(TokenKind.OR) && !(node instanceof Select) ? new Apply(node, List.of(take())) : node;
    }

    private Node simple() {
        switch (kind()) {
            case LEFT_PAREN -> {
                Leaf paren = take();
                Node inner = expression();
                return new Paren(paren, inner, take(TokenKind.RIGHT_PAREN));
            }
            case LET, REC -> {
                return set(take());
            }
            case LEFT_BRACE -> {
                return set(null);
            }
            case LEFT_BRACKET -> {
                return list();
            }
            default -> {
                return take();
            }
        }
    }

    private SetNode set(@Nullable Leaf keyword) {
        Leaf brace = take(TokenKind.LEFT_BRACE);
        List<Node> bindings = bindings(TokenKind.RIGHT_BRACE);
        return new SetNode(keyword, brace, bindings, take(TokenKind.RIGHT_BRACE));
    }

    private ListNode list() {
        Leaf bracket = take(TokenKind.LEFT_BRACKET);
        List<Item> items = new ArrayList<>();
        boolean commas = false;
        while (!is(TokenKind.RIGHT_BRACKET)) {
            Node element = element();
            commas |= is(TokenKind.COMMA);
            items.add(item(element, commas));
        }
        return new ListNode(bracket, items, take(TokenKind.RIGHT_BRACKET));
    }

    /** An attribute path; the first name and those after its dots may be any word, as far as the parser has let them. */
    private Names names() {
        List<Node> parts = new ArrayList<>();
        parts.add(name());
        while (is(TokenKind.DOT)) {
            parts.add(take());
            parts.add(name());
        }
        return new Names(parts);
    }

    private Node name() {
        if (!is(TokenKind.INTERPOLATION)) {
            return take();
        }
        Leaf brace = take();
        Node inner = expression();
        return new Interpolated(brace, inner, take(TokenKind.RIGHT_BRACE));
    }

    private List<Node> bindings(TokenKind end) {
        List<Node> bindings = new ArrayList<>();
        while (!is(end)) {
            bindings.add(is(TokenKind.INHERIT) ? inherit() : binding());
        }
        return bindings;
    }

    private Binding binding() {
        Names path = names();
        Leaf equals = takeSettled(TokenKind.ASSIGN);
        Node value = expression();
        return new Binding(path, equals, value, takeSettled(TokenKind.SEMICOLON));
    }

    private Inherit inherit() {
        Leaf keyword = take();
        Paren from = null;
        if (is(TokenKind.LEFT_PAREN)) {
            Leaf paren = take();
            Node inner = expression();
            from = new Paren(paren, inner, take(TokenKind.RIGHT_PAREN));
        }
        List<Node> names = new ArrayList<>();
        while (!is(TokenKind.SEMICOLON)) {
            names.add(name());
        }
        return new Inherit(keyword, from, names, take());
    }
}
