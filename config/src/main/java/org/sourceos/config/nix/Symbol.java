package org.sourceos.config.nix;

import org.jspecify.annotations.Nullable;

/** A name, one object per name and {@link Symbols}: compared by identity, ordered by when it was first seen. */
final class Symbol {
    /** One byte per char. */
    final String name;

    final int id;
    /** The name as a value, so that {@code attrNames} makes none. */
    final NixString value;

    Symbol(String name, int id) {
        this.name = name;
        this.id = id;
        this.value = new NixString(name);
    }

    /** As it would be written in a set: in quotes where it is no identifier. */
    String shown() {
        StringBuilder out = new StringBuilder();
        Printer.attributeName(out, name);
        return out.toString();
    }

    /** Equality is identity; the identity's own hash is costly to make and spreads no better. */
    @Override
    public int hashCode() {
        return id;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other;
    }

    @Override
    public String toString() {
        return name;
    }
}
