package org.sourceos.config.nix;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** An attribute set. Its values may be unevaluated. */
public final class NixAttrs extends NixValue {
    static final NixAttrs EMPTY = new NixAttrs(Shape.EMPTY, new NixValue[0]);

    final Shape shape;
    /** In the order of the shape's keys. An evaluated value may take its thunk's place. */
    final NixValue[] values;

    NixAttrs(Shape shape, NixValue[] values) {
        this.shape = shape;
        this.values = values;
    }

    public int size() {
        return values.length;
    }

    /** The names, read as UTF-8, in the order of their bytes. */
    public List<String> names() {
        List<String> names = new ArrayList<>(values.length);
        for (int index : shape.byName()) {
            names.add(Bytes.toUnicode(shape.keys[index].name));
        }
        return names;
    }

    /** The value under a name, perhaps unevaluated. */
    public Optional<NixValue> get(String name) {
        String bytes = Bytes.of(name);
        for (int i = 0; i < values.length; i++) {
            if (shape.keys[i].name.equals(bytes)) {
                return Optional.of(values[i]);
            }
        }
        return Optional.empty();
    }

    /** The value under a name, perhaps unevaluated; null when there is none. */
    @Nullable NixValue find(Symbol name) {
        int index = shape.find(name);
        return index < 0 ? null : values[index];
    }

    /** The evaluated value under a name; null when there is none. */
    @Nullable NixValue findForced(Interp in, Symbol name) {
        int index = shape.find(name);
        return index < 0 ? null : at(in, index);
    }

    /** The evaluated value at an index of the shape. */
    NixValue at(Interp in, int index) {
        NixValue value = values[index];
        if (value instanceof Thunk thunk) {
            value = thunk.force(in);
            if (!Thunk.hasIdentity(value)) {
                values[index] = value;
            }
        }
        return value;
    }

    boolean has(Symbol name) {
        return shape.find(name) >= 0;
    }

    @Override
    public String typeName() {
        return "set";
    }

    @Override
    public String typeWithArticle() {
        return "a set";
    }
}
