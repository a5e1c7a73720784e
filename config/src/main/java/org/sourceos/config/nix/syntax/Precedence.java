package org.sourceos.config.nix.syntax;

/** How strongly operators bind, the stronger the higher; whoever reads the language, to run it or to lay it out, must agree. */
public final class Precedence {
    /** Of what {@code -} is in front of. */
    public static final int NEGATE = 13;

    public static final int HAS = 11;
    /** Of what {@code !} is in front of. */
    public static final int NOT_OPERAND = 8;

    private Precedence() {}

    /** Of an operator between two; negative for what is none. */
    public static int of(TokenKind kind) {
        return switch (kind) {
            case IMPLIES -> 1;
            case OR_OR -> 2;
            case AND -> 3;
            case EQUAL, NOT_EQUAL -> 4;
            case LESS, GREATER, LESS_EQUAL, GREATER_EQUAL -> 5;
            case UPDATE -> 6;
            case PLUS, MINUS -> 8;
            case TIMES, DIVIDE -> 9;
            case CONCAT -> 10;
            case QUESTION -> HAS;
            default -> -1;
        };
    }
}
