package org.sourceos.config.nix;

import java.util.Arrays;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * The names of an attribute set and where each was defined, without the values. Sets made at one place of the text share
 * one shape, so a look-up can remember where it found a name.
 */
final class Shape {
    static final Shape EMPTY = new Shape(new Symbol[0], new Pos[0]);

    /** Up to this many names a look-up goes through them one by one. */
    private static final int SMALL = 8;

    private static final Comparator<Symbol> BY_ID = Comparator.comparingInt(s -> s.id);
    private static final Comparator<Symbol> BY_NAME = Comparator.comparing(s -> s.name);

    /** Sorted by {@link Symbol#id}. */
    final Symbol[] keys;

    final @Nullable Pos[] positions;

    private int @Nullable [] byName;
    private @Nullable Shape bare;

    Shape(Symbol[] keys, @Nullable Pos[] positions) {
        this.keys = keys;
        this.positions = positions;
    }

    int size() {
        return keys.length;
    }

    /** The index of a name, negative when there is none. */
    int find(Symbol symbol) {
        Symbol[] all = keys;
        if (all.length <= SMALL) {
            for (int i = 0; i < all.length; i++) {
                if (all[i] == symbol) {
                    return i;
                }
            }
            return -1;
        }
        return search(symbol);
    }

    /** The index of a name, the complement of the index where it would belong when there is none. */
    int search(Symbol symbol) {
        int low = 0;
        int high = keys.length - 1;
        int id = symbol.id;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int other = keys[middle].id;
            if (other < id) {
                low = middle + 1;
            } else if (other > id) {
                high = middle - 1;
            } else {
                return middle;
            }
        }
        return ~low;
    }

    /** The same names, defined nowhere: of a set that a function has made. */
    Shape bare() {
        Shape shape = bare;
        if (shape == null) {
            shape = new Shape(keys, new Pos[keys.length]);
            shape.bare = shape;
            bare = shape;
        }
        return shape;
    }

    /** The indexes in the order of the names' bytes. */
    int[] byName() {
        int[] order = byName;
        if (order == null) {
            Symbol[] sorted = keys.clone();
            Arrays.sort(sorted, BY_NAME);
            order = new int[sorted.length];
            for (int i = 0; i < order.length; i++) {
                order[i] = find(sorted[i]);
            }
            byName = order;
        }
        return order;
    }

    static boolean isSorted(Symbol[] keys, int size) {
        for (int i = 1; i < size; i++) {
            if (keys[i - 1].id >= keys[i].id) {
                return false;
            }
        }
        return true;
    }

    static Comparator<Symbol> byId() {
        return BY_ID;
    }
}
