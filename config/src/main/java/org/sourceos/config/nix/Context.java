package org.sourceos.config.nix;

import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The store paths a string mentions, in Nix's encoding: {@code /nix/store/p} for the path itself, {@code =p.drv} for a
 * derivation and all its outputs, {@code !out!p.drv} for one output. Nothing here makes such paths; they come from
 * {@code builtins.appendContext} and travel with the string.
 */
final class Context {
    static final Context NONE = new Context(Collections.emptySortedSet());

    final SortedSet<String> elements;

    private Context(SortedSet<String> elements) {
        this.elements = elements;
    }

    boolean isEmpty() {
        return elements.isEmpty();
    }

    Context with(Context other) {
        if (other.isEmpty() || other == this) {
            return this;
        }
        if (isEmpty()) {
            return other;
        }
        SortedSet<String> both = new TreeSet<>(elements);
        both.addAll(other.elements);
        return new Context(both);
    }

    Context with(String element) {
        SortedSet<String> more = new TreeSet<>(elements);
        more.add(element);
        return new Context(more);
    }

    static Context of(SortedSet<String> elements) {
        return elements.isEmpty() ? NONE : new Context(elements);
    }
}
