package org.sourceos.config.nix;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Operations on whole attribute sets. */
final class Attrs {
    private Attrs() {}

    /** {@code first // second}. */
    static NixAttrs update(NixAttrs first, NixAttrs second) {
        if (second.size() == 0) {
            return first;
        }
        if (first.size() == 0) {
            return second;
        }
        int[] origins = origins(first.shape, second.shape);
        NixValue[] values = new NixValue[origins.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = origins[i] >= 0 ? second.values[origins[i]] : first.values[~origins[i]];
        }
        return new NixAttrs(merge(first.shape, second.shape, origins), values);
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
