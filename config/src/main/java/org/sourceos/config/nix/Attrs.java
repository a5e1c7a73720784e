package org.sourceos.config.nix;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Operations on whole attribute sets. */
final class Attrs {
    /** Where one set is so many times larger than the other, most of it is copied in long runs. */
    private static final int FEW = 8;

    private Attrs() {}

    /** {@code first // second}. */
    static NixAttrs update(NixAttrs first, NixAttrs second) {
        if (second.size() == 0) {
            return first;
        }
        if (first.size() == 0) {
            return second;
        }
        if (second.size() * FEW <= first.size()) {
            return insert(first, second);
        }
        int[] origins = origins(first.shape, second.shape);
        NixValue[] values = new NixValue[origins.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = origins[i] >= 0 ? second.values[origins[i]] : first.values[~origins[i]];
        }
        return new NixAttrs(merge(first.shape, second.shape, origins), values);
    }

    /** {@code many // few}: what lies between two of the few is copied as it is. */
    private static NixAttrs insert(NixAttrs many, NixAttrs few) {
        int[] places = new int[few.size()];
        int added = 0;
        for (int i = 0; i < places.length; i++) {
            places[i] = many.shape.search(few.shape.keys[i]);
            added += places[i] < 0 ? 1 : 0;
        }
        Symbol[] keys = added == 0 ? many.shape.keys : spread(many.shape.keys, few.shape.keys, places, added);
        return new NixAttrs(
                new Shape(keys, spread(many.shape.positions, few.shape.positions, places, added)),
                spread(many.values, few.values, places, added));
    }

    /** An array with the few at their places: over an old element, or before it where the place is a complement. */
    private static <T extends @Nullable Object> T[] spread(T[] many, T[] few, int[] places, int added) {
        T[] all = Arrays.copyOf(many, many.length + added);
        int from = 0;
        int to = 0;
        for (int i = 0; i < places.length; i++) {
            boolean replaces = places[i] >= 0;
            int place = replaces ? places[i] : ~places[i];
            System.arraycopy(many, from, all, to, place - from);
            to += place - from;
            all[to++] = few[i];
            from = replaces ? place + 1 : place;
        }
        System.arraycopy(many, from, all, to, many.length - from);
        return all;
    }

    /** For each attribute of the merged set its index in the second, or the complement of its index in the first. */
    static int[] origins(Shape first, Shape second) {
        Symbol[] a = first.keys;
        Symbol[] b = second.keys;
        int[] origins = new int[a.length + b.length];
        int count = 0;
        int i = 0;
        int j = 0;
        while (i < a.length && j < b.length) {
            if (a[i] == b[j]) {
                origins[count++] = j++;
                i++;
            } else if (a[i].id < b[j].id) {
                origins[count++] = ~i++;
            } else {
                origins[count++] = j++;
            }
        }
        while (i < a.length) {
            origins[count++] = ~i++;
        }
        while (j < b.length) {
            origins[count++] = j++;
        }
        return count == origins.length ? origins : Arrays.copyOf(origins, count);
    }

    static Shape merge(Shape first, Shape second, int[] origins) {
        Symbol[] keys = new Symbol[origins.length];
        @Nullable Pos[] positions = new Pos[origins.length];
        for (int i = 0; i < origins.length; i++) {
            int origin = origins[i];
            keys[i] = origin >= 0 ? second.keys[origin] : first.keys[~origin];
            positions[i] = origin >= 0 ? second.positions[origin] : first.positions[~origin];
        }
        return new Shape(keys, positions);
    }
}
