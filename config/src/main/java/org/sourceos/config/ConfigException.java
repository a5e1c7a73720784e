package org.sourceos.config;

import java.util.List;
import java.util.stream.Collectors;
import org.sourceos.config.diagnostic.Diagnostic;

/** A text of the user's that cannot be used: all its mistakes, in the order of the text, at least one. */
public final class ConfigException extends Exception {
    private static final long serialVersionUID = 1;

    private final transient List<Diagnostic> diagnostics;

    public ConfigException(List<Diagnostic> diagnostics) {
        super(diagnostics.stream().map(Diagnostic::render).collect(Collectors.joining("\n")));
        if (diagnostics.isEmpty()) {
            throw new IllegalArgumentException("no mistake, no exception");
        }
        this.diagnostics = List.copyOf(diagnostics);
    }

    public List<Diagnostic> diagnostics() {
        return diagnostics;
    }
}
