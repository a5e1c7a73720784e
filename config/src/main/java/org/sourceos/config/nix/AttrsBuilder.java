package org.sourceos.config.nix;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Collects attributes in any order. Of two with one name the first stays, as {@code listToAttrs} wants it. */
final class AttrsBuilder {
    private Symbol[] keys;
    private NixValue[] values;
    private @Nullable Pos[] positions;
    private int size;

    AttrsBuilder(int expected) {
        keys = new Symbol[Math.max(expected, 4)];
        values = new NixValue[keys.length];
        positions = new Pos[keys.length];
    }

    AttrsBuilder put(Symbol key, NixValue value) {
        return put(key, value, null);
    }

    AttrsBuilder put(Symbol key, NixValue value, @Nullable Pos position) {
        if (size == keys.length) {
            keys = Arrays.copyOf(keys, size * 2);
            values = Arrays.copyOf(values, size * 2);
            positions = Arrays.copyOf(positions, size * 2);
        }
        keys[size] = key;
        values[size] = value;
        positions[size] = position;
        size++;
        return this;
    }

    int size() {
        return size;
    }

    NixAttrs build() {
        if (size == 0) {
            return NixAttrs.EMPTY;
        }
        if (Shape.isSorted(keys, size)) {
            return new NixAttrs(
                    new Shape(Arrays.copyOf(keys, size), Arrays.copyOf(positions, size)), Arrays.copyOf(values, size));
        }
        // The index in the low half keeps the sort stable, so that the first of equals comes first.
        long[] order = new long[size];
        for (int i = 0; i < size; i++) {
            order[i] = ((long) keys[i].id << 32) | i;
        }
        Arrays.sort(order);
        Symbol[] sortedKeys = new Symbol[size];
        NixValue[] sortedValues = new NixValue[size];
        @Nullable Pos[] sortedPositions = new Pos[size];
        int count = 0;
        for (long entry : order) {
            int from = (int) entry;
            if (count > 0 && sortedKeys[count - 1] == keys[from]) {
                continue;
            }
            sortedKeys[count] = keys[from];
            sortedValues[count] = values[from];
            sortedPositions[count] = positions[from];
            count++;
        }
        if (count < size) {
            sortedKeys = Arrays.copyOf(sortedKeys, count);
            sortedValues = Arrays.copyOf(sortedValues, count);
            sortedPositions = Arrays.copyOf(sortedPositions, count);
        }
        return new NixAttrs(new Shape(sortedKeys, sortedPositions), sortedValues);
    }
}
