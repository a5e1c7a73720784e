package org.sourceos.importer.result;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** The value of an option, as far as an import writes any. */
public sealed interface Setting {
    record Text(String value) implements Setting {}

    record Whole(long value) implements Setting {}

    record Flag(boolean value) implements Setting {}

    /** A file of the configuration, by its path from the top of it, without {@code ./}. */
    record File(String path) implements Setting {}

    /** A package of the catalogue. */
    record Program(String name) implements Setting {}

    record Many(List<Setting> values) implements Setting {
        public Many {
            values = List.copyOf(values);
        }
    }

    record Names(SortedMap<String, Setting> values) implements Setting {
        public Names {
            values = Collections.unmodifiableSortedMap(new TreeMap<>(values));
        }
    }

    static Setting text(String value) {
        return new Text(value);
    }

    static Setting texts(Iterable<String> values) {
        java.util.ArrayList<Setting> texts = new java.util.ArrayList<>();
        values.forEach(value -> texts.add(new Text(value)));
        return new Many(texts);
    }
}
