package org.sourceos.config.nix.syntax;

/** What a token is. {@link #shown} is how error messages name it, in the words of Nix's own parser. */
public enum TokenKind {
    WHITESPACE("whitespace"),
    COMMENT("comment"),
    IDENTIFIER("identifier"),
    INTEGER("integer"),
    FLOAT("floating-point literal"),
    PATH("path"),
    HOME_PATH("'~/…' path"),
    SEARCH_PATH("'<…>' path"),
    URI("URI"),
    /** The first piece of a path that has interpolations: {@code ./a-} of {@code ./a-${b}}. */
    PATH_START("path"),
    HOME_PATH_START("'~/…' path"),
    /** A later piece of a path that has interpolations. */
    PATH_PIECE("path"),
    /** Zero bytes wide, after the last piece. */
    PATH_END("end of path"),
    QUOTE("'\"'"),
    STRING_PIECE("string"),
    INDENTED_OPEN("start of an indented string"),
    INDENTED_CLOSE("end of an indented string"),
    INDENTED_PIECE("indented string"),
    /** {@code ''$}, {@code '''}, {@code ''\n} or a lone {@code $} or {@code '}: never counted as indentation. */
    INDENTED_ESCAPE("indented string"),
    INTERPOLATION("'${'"),
    IF("'if'"),
    THEN("'then'"),
    ELSE("'else'"),
    ASSERT("'assert'"),
    WITH("'with'"),
    LET("'let'"),
    IN("'in'"),
    REC("'rec'"),
    INHERIT("'inherit'"),
    OR("'or'"),
    ELLIPSIS("'...'"),
    EQUAL("'=='"),
    NOT_EQUAL("'!='"),
    LESS_EQUAL("'<='"),
    GREATER_EQUAL("'>='"),
    AND("'&&'"),
    OR_OR("'||'"),
    IMPLIES("'->'"),
    UPDATE("'//'"),
    CONCAT("'++'"),
    PIPE_INTO("'|>'"),
    PIPE_FROM("'<|'"),
    ASSIGN("'='"),
    LESS("'<'"),
    GREATER("'>'"),
    NOT("'!'"),
    PLUS("'+'"),
    MINUS("'-'"),
    TIMES("'*'"),
    DIVIDE("'/'"),
    QUESTION("'?'"),
    DOT("'.'"),
    COLON("':'"),
    AT("'@'"),
    SEMICOLON("';'"),
    COMMA("','"),
    LEFT_PAREN("'('"),
    RIGHT_PAREN("')'"),
    LEFT_BRACE("'{'"),
    RIGHT_BRACE("'}'"),
    LEFT_BRACKET("'['"),
    RIGHT_BRACKET("']'"),
    INVALID("invalid token"),
    END("end of file");

    private final String shown;

    TokenKind(String shown) {
        this.shown = shown;
    }

    public String shown() {
        return shown;
    }

    /** Whether the parser never sees it. */
    public boolean isTrivia() {
        return this == WHITESPACE || this == COMMENT;
    }

    /** Whether it is a word that cannot be an attribute's name in standard Nix. */
    public boolean isKeyword() {
        return switch (this) {
            case IF, THEN, ELSE, ASSERT, WITH, LET, IN, REC, INHERIT -> true;
            default -> false;
        };
    }

    /** Whether a simple expression begins with it: what may be called, and what may be an argument or a list's element. */
    public boolean startsSimple() {
        return switch (this) {
            case IDENTIFIER,
                    INTEGER,
                    FLOAT,
                    PATH,
                    HOME_PATH,
                    SEARCH_PATH,
                    URI,
                    PATH_START,
                    HOME_PATH_START,
                    QUOTE,
                    INDENTED_OPEN,
                    LET,
                    REC,
                    LEFT_PAREN,
                    LEFT_BRACE,
                    LEFT_BRACKET -> true;
            default -> false;
        };
    }
}
