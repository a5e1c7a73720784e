package org.sourceos.config.nix;

import java.util.List;
import org.sourceos.config.diagnostic.Diagnostic;

/** A text that could be read but not evaluated. */
public final class EvalException extends Exception {
    private static final long serialVersionUID = 1;

    private final String nixMessage;
    private final transient List<Diagnostic> diagnostics;
    private final transient EvalError error;
    private final transient List<String> trace;
    private final boolean cancelled;

    private EvalException(EvalError error, String nixMessage, List<Diagnostic> diagnostics, List<String> trace) {
        super(diagnostics.isEmpty() ? nixMessage : diagnostics.get(0).render());
        this.error = error;
        this.nixMessage = nixMessage;
        this.diagnostics = List.copyOf(diagnostics);
        this.trace = List.copyOf(trace);
        this.cancelled = error.kind == EvalError.Kind.CANCELLED;
    }

    static EvalException of(EvalError error) {
        return new EvalException(error, Bytes.toUnicode(error.text()), Diagnostics.of(error), Diagnostics.trace(error));
    }

    /** The same, where only a text was read: a limit was reached, or a name is bound nowhere. */
    ParseException asParseException() {
        return ParseException.of(error);
    }

    /** What Nix says after its last {@code error:}, without places. */
    public String nixMessage() {
        return nixMessage;
    }

    /** The mistake at the innermost place the user wrote; empty when no text has a part in it. */
    public List<Diagnostic> diagnostics() {
        return diagnostics;
    }

    /** What was being evaluated, innermost first, each with its place: for {@code --show-trace}. */
    public List<String> trace() {
        return trace;
    }

    public boolean wasCancelled() {
        return cancelled;
    }

    /** The failure taken apart: with its steps, each place with the lines around it. */
    public ErrorReport report() {
        return ErrorReport.of(error);
    }
}
