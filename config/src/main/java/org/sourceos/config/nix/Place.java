package org.sourceos.config.nix;

import java.util.Optional;
import org.sourceos.config.diagnostic.Diagnostic;
import org.sourceos.config.diagnostic.Position;

/** Where in a text that was evaluated something stands; two are equal when they are the same place of the same reading. */
public final class Place {
    final Pos pos;

    Place(Pos pos) {
        this.pos = pos;
    }

    /** The text's name with line and column, from 1. */
    public Position position() {
        return pos.source().position(pos.offset());
    }

    /** A mistake here. */
    public Diagnostic diagnostic(String message, Optional<String> suggestion) {
        Source source = pos.source();
        return new Diagnostic(position(), message, source.lineText(source.line(pos.offset())), suggestion);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Place place && place.pos.equals(pos);
    }

    @Override
    public int hashCode() {
        return pos.hashCode();
    }

    @Override
    public String toString() {
        return position().toString();
    }
}
