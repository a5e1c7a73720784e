package org.sourceos.config.nix;

import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The store paths a string mentions. Nothing here makes such paths; they come from {@code builtins.appendContext} and travel
 * with the string.
 */
final class Context {
    static final Context NONE = new Context(Collections.emptySortedSet());

    final SortedSet<ContextElement> elements;

    private Context(SortedSet<ContextElement> elements) {
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
        SortedSet<ContextElement> both = new TreeSet<>(elements);
        both.addAll(other.elements);
        return new Context(both);
    }

    Context with(ContextElement element) {
        SortedSet<ContextElement> more = new TreeSet<>(elements);
        more.add(element);
        return new Context(more);
    }
}
