package org.sourceos.importer.result;

import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/** Options under their names, which are being collected. */
final class Tree {
    private final SortedMap<String, Object> names = new TreeMap<>();

    /** What is set twice, the first stays: readers go from what is surest to what is less so. */
    void put(List<String> path, Setting value) {
        Tree at = this;
        for (String name : path.subList(0, path.size() - 1)) {
            Object next = at.names.computeIfAbsent(name, n -> new Tree());
            if (!(next instanceof Tree inside)) {
                throw new IllegalArgumentException(name + " of " + path + " is a value already");
            }
            at = inside;
        }
        at.names.putIfAbsent(path.get(path.size() - 1), value);
    }

    Setting.Names map(UnaryOperator<String> texts) {
        SortedMap<String, Setting> all = new TreeMap<>();
        names.forEach((name, value) -> all.put(name, mapped(value, texts)));
        return new Setting.Names(all);
    }

    private static Setting mapped(Object value, UnaryOperator<String> texts) {
        if (value instanceof Tree tree) {
            return tree.map(texts);
        }
        if (value instanceof Setting.Text text) {
            return Setting.text(texts.apply(text.value()));
        }
        if (value instanceof Setting.Many many) {
            return new Setting.Many(
                    many.values().stream().map(one -> mapped(one, texts)).toList());
        }
        if (value instanceof Setting.Names inner) {
            SortedMap<String, Setting> all = new TreeMap<>();
            inner.values().forEach((name, one) -> all.put(name, mapped(one, texts)));
            return new Setting.Names(all);
        }
        return (Setting) value;
    }
}
