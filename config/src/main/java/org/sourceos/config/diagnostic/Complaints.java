package org.sourceos.config.diagnostic;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.sourceos.config.ConfigException;

/** The mistakes found in one text so far. Not for several threads. */
public final class Complaints {
    private final SourceText text;
    private final List<Diagnostic> diagnostics = new ArrayList<>();
    private final List<Range> distrusted = new ArrayList<>();
    private boolean incomplete;

    /** From a place up to before another. */
    private record Range(Position from, Position to) {
        boolean contains(Position position) {
            return ORDER.compare(from, position) <= 0 && ORDER.compare(position, to) < 0;
        }
    }

    public Complaints(SourceText text) {
        this.text = text;
    }

    public SourceText text() {
        return text;
    }

    public void add(Position position, String message) {
        add(position, message, Optional.empty());
    }

    public void add(Position position, String message, String suggestion) {
        add(position, message, Optional.of(suggestion));
    }

    public void add(Position position, String message, Optional<String> suggestion) {
        if (distrusted.stream().noneMatch(range -> range.contains(position))) {
            diagnostics.add(text.diagnostic(position, message, suggestion));
        }
    }

    /** Something that should be in the text is not. Not said where a syntax error may have swallowed it. */
    public void addMissing(Position position, String message, String suggestion) {
        if (!incomplete) {
            add(position, message, suggestion);
        }
    }

    /** From now on: what is missing may only be unreadable. */
    public void markIncomplete() {
        incomplete = true;
    }

    /**
     * From now on: what stands between {@code from} and {@code to} may have been misread, so nothing is said about it, and
     * what is missing may be there.
     */
    public void distrust(Position from, Position to) {
        incomplete = true;
        distrusted.add(new Range(from, to));
    }

    public void distrustFrom(Position from) {
        distrust(from, text.position(Integer.MAX_VALUE, 1));
    }

    public boolean isEmpty() {
        return diagnostics.isEmpty();
    }

    /** Throws all that was found, in the order of the text. */
    public void throwIfAny() throws ConfigException {
        if (!diagnostics.isEmpty()) {
            throw new ConfigException(diagnostics.stream()
                    .sorted(Comparator.comparing(Diagnostic::position, ORDER))
                    .distinct()
                    .toList());
        }
    }

    private static final Comparator<Position> ORDER =
            Comparator.comparingInt(Position::line).thenComparingInt(Position::column);
}
