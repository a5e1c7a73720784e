package org.sourceos.config.nix;

import java.util.Optional;
import java.util.function.Function;
import org.sourceos.config.nix.syntax.Lexer;
import org.sourceos.config.nix.syntax.Tokens;

/** Texts that are read, not evaluated. */
public final class Syntax {
    /** The parser ends before this; trees of it need a stack as deep. */
    private static final int DEEPEST = 10_000;

    private Syntax() {}

    /**
     * What a reader makes of a text that is in the language. Names need not exist. The reader runs on a thread whose stack is
     * deep enough for any tree of such a text.
     *
     * @param fileName what the text is called in errors
     * @param bytes the text, one byte per char
     * @param dialect whether SourceOS's additions are on
     */
    public static <T> T read(String fileName, String bytes, boolean dialect, Function<Tokens, T> reader)
            throws ParseException {
        Source source = new Source(Bytes.of(fileName), "/", bytes, true, true);
        try {
            return new DeepThread(DEEPEST).run(() -> read(source, dialect, reader), () -> {});
        } catch (EvalError e) {
            throw ParseException.of(e);
        }
    }

    private static <T> T read(Source source, boolean dialect, Function<Tokens, T> reader) {
        try {
            Tokens tokens = Lexer.lex(source.text);
            new Parser(new Symbols(), source, settings(dialect), tokens).parse();
            return reader.apply(tokens);
        } catch (StackOverflowError e) {
            throw new EvalError(EvalError.Kind.SYNTAX, "the text is nested too deeply to be read")
                    .at(new Pos(source, 0));
        }
    }

    /** Where paths lead does not matter, only that {@code ~/} leads somewhere. */
    private static EvalSettings settings(boolean dialect) {
        return EvalSettings.standard().withDialect(dialect).withHome(Optional.of("/"));
    }
}
