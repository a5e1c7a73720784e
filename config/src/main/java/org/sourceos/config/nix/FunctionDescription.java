package org.sourceos.config.nix;

import java.util.Optional;
import org.sourceos.config.nix.syntax.Lexer;
import org.sourceos.config.nix.syntax.TokenKind;
import org.sourceos.config.nix.syntax.Tokens;

/**
 * What is known of a function.
 *
 * @param builtin its name, when it is a part of the language
 * @param place where it is written; empty for a builtin
 * @param head its name and arguments, such as {@code f = { a, b ? … }: c:}; one line
 * @param comment the documentation comment ({@code /** … *}{@code /}) before it or before the attribute it is the value of,
 *     without the stars and the indentation; as Nix RFC 145 has it
 */
public record FunctionDescription(
        Optional<String> builtin, Optional<Place> place, String head, Optional<String> comment) {

    static Optional<FunctionDescription> of(Interp in, NixValue value) {
        if (value instanceof Builtin builtin) {
            return Optional.of(builtin(builtin.name()));
        }
        if (value instanceof PartialBuiltin partial) {
            return Optional.of(builtin(partial.builtin.name()));
        }
        if (value instanceof Closure closure) {
            return Optional.of(written(closure.lambda));
        }
        if (value instanceof NixAttrs attrs) {
            NixValue functor = attrs.findForced(in, in.symbols.functor);
            return functor == null ? Optional.empty() : of(in, functor);
        }
        return Optional.empty();
    }

    private static FunctionDescription builtin(String name) {
        return new FunctionDescription(
                Optional.of(Bytes.toUnicode(name)), Optional.empty(), Bytes.toUnicode(name), Optional.empty());
    }

    private static FunctionDescription written(LambdaExpr lambda) {
        StringBuilder head = new StringBuilder();
        if (lambda.name() != null) {
            head.append(lambda.displayName()).append(" = ");
        }
        Expr body = lambda;
        while (body instanceof LambdaExpr next) {
            next.showHead(head);
            body = next.body();
        }
        return new FunctionDescription(
                Optional.empty(),
                Optional.of(new Place(new Pos(lambda.source, lambda.offset))),
                Bytes.toUnicode(head.toString().stripTrailing()),
                comment(lambda).map(Bytes::toUnicode));
    }

    /** Of a lambda that is the body of another, the outer one's: {@code x: y: …} with its first argument given. */
    private static Optional<String> comment(LambdaExpr lambda) {
        Tokens tokens = Lexer.lex(lambda.source.text);
        int at = 0;
        while (at < tokens.size() && tokens.start(at) < lambda.offset) {
            at++;
        }
        boolean inName = false;
        for (at--; at >= 0; at--) {
            TokenKind kind = tokens.kind(at);
            if (kind == TokenKind.COMMENT && tokens.text(at).startsWith("/**")) {
                return Optional.of(plain(tokens.text(at)));
            }
            if (kind.isTrivia()) {
                continue;
            }
            // Back over `name =`, over `a.b.name =`, and over the arguments of outer lambdas; whatever else ends the
            // search.
            boolean path = inName && (kind == TokenKind.IDENTIFIER || kind == TokenKind.DOT || kind == TokenKind.OR);
            boolean argument = !inName && (kind == TokenKind.COLON || kind == TokenKind.IDENTIFIER);
            if (kind == TokenKind.ASSIGN && !inName) {
                inName = true;
            } else if (!path && !argument) {
                return Optional.empty();
            }
        }
        return Optional.empty();
    }

    private static String plain(String comment) {
        String inner = comment.substring("/**".length(), comment.length() - "*/".length());
        return inner.stripIndent().strip();
    }
}
