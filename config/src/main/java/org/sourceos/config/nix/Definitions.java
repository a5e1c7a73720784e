package org.sourceos.config.nix;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What the names of a set are defined as while its text is read. Most sets are small, and theirs are looked through one by
 * one; a large one gets an index.
 */
final class Definitions {
    private static final int SMALL = 8;

    private Symbol[] names = new Symbol[4];
    private AttrsExpr.Definition[] definitions = new AttrsExpr.Definition[4];
    private int size;
    private @Nullable Map<Symbol, AttrsExpr.Definition> index;

    int size() {
        return size;
    }

    Symbol name(int at) {
        return names[at];
    }

    AttrsExpr.Definition get(int at) {
        return definitions[at];
    }

    AttrsExpr.@Nullable Definition get(Symbol name) {
        if (index != null) {
            return index.get(name);
        }
        for (int i = 0; i < size; i++) {
            if (names[i] == name) {
                return definitions[i];
            }
        }
        return null;
    }

    /** Adds a name that is not there yet. */
    void put(Symbol name, AttrsExpr.Definition definition) {
        if (size == names.length) {
            names = Arrays.copyOf(names, size * 2);
            definitions = Arrays.copyOf(definitions, size * 2);
        }
        names[size] = name;
        definitions[size] = definition;
        size++;
        if (index != null) {
            index.put(name, definition);
        } else if (size > SMALL) {
            Map<Symbol, AttrsExpr.Definition> all = new HashMap<>();
            forEach(all::put);
            index = all;
        }
    }

    /** In their order: that of the text, or after {@link #sort} that of the names' ids. */
    void forEach(BiConsumer<Symbol, AttrsExpr.Definition> action) {
        for (int i = 0; i < size; i++) {
            action.accept(names[i], definitions[i]);
        }
    }

    /** Brings them into the order that attribute sets keep. */
    void sort() {
        if (Shape.isSorted(names, size)) {
            return;
        }
        long[] order = new long[size];
        for (int i = 0; i < size; i++) {
            order[i] = ((long) names[i].id << 32) | i;
        }
        Arrays.sort(order);
        Symbol[] sortedNames = new Symbol[size];
        AttrsExpr.Definition[] sortedDefinitions = new AttrsExpr.Definition[size];
        for (int i = 0; i < size; i++) {
            sortedNames[i] = names[(int) order[i]];
            sortedDefinitions[i] = definitions[(int) order[i]];
        }
        names = sortedNames;
        definitions = sortedDefinitions;
    }

    /** The names by themselves. */
    Symbol[] names() {
        return Arrays.copyOf(names, size);
    }
}
