package org.sourceos.config.nix;

import java.util.List;
import org.sourceos.config.diagnostic.Diagnostic;

/** A text that is not in the language, or names a variable that does not exist. */
public final class ParseException extends Exception {
    private static final long serialVersionUID = 1;

    private final String nixMessage;
    private final transient List<Diagnostic> diagnostics;
    private final transient EvalError error;

    private ParseException(EvalError error, String nixMessage, List<Diagnostic> diagnostics) {
        super(diagnostics.isEmpty() ? nixMessage : diagnostics.get(0).render());
        this.error = error;
        this.nixMessage = nixMessage;
        this.diagnostics = List.copyOf(diagnostics);
    }

    static ParseException of(EvalError error) {
        return new ParseException(error, Bytes.toUnicode(error.text()), Diagnostics.of(error));
    }

    EvalError error() {
        return error;
    }

    /** What Nix says after its last {@code error:}, without places. */
    public String nixMessage() {
        return nixMessage;
    }

    public List<Diagnostic> diagnostics() {
        return diagnostics;
    }

    /** The failure taken apart: with its steps, each place with the lines around it. */
    public ErrorReport report() {
        return ErrorReport.of(error);
    }
}
