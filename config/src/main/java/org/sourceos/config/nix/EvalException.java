package org.sourceos.config.nix;

import java.util.List;
import org.sourceos.config.diagnostic.Diagnostic;

/** A text that could be read but not evaluated. */
public final class EvalException extends Exception {
    private static final long serialVersionUID = 1;

    private final String nixMessage;
    private final transient List<Diagnostic> diagnostics;
    private final transient List<String> trace;
    private final boolean cancelled;

    EvalException(String nixMessage, List<Diagnostic> diagnostics, List<String> trace, boolean cancelled) {
        super(diagnostics.isEmpty() ? nixMessage : diagnostics.get(0).render());
        this.nixMessage = nixMessage;
        this.diagnostics = List.copyOf(diagnostics);
        this.trace = List.copyOf(trace);
        this.cancelled = cancelled;
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
}
