package org.sourceos.config.nix;

import java.util.List;
import org.sourceos.config.diagnostic.Diagnostic;

/** A text that is not in the language, or names a variable that does not exist. */
public final class ParseException extends Exception {
    private static final long serialVersionUID = 1;

    private final String nixMessage;
    private final transient List<Diagnostic> diagnostics;

    ParseException(String nixMessage, List<Diagnostic> diagnostics) {
        super(diagnostics.isEmpty() ? nixMessage : diagnostics.get(0).render());
        this.nixMessage = nixMessage;
        this.diagnostics = List.copyOf(diagnostics);
    }

    /** What Nix says after its last {@code error:}, without places. */
    public String nixMessage() {
        return nixMessage;
    }

    public List<Diagnostic> diagnostics() {
        return diagnostics;
    }
}
