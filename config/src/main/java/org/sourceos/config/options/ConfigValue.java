package org.sourceos.config.options;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A value of a configuration after it was evaluated and checked: immutable, free of the evaluator. {@link #json} is its
 * canonical text, the same for the same value.
 */
public sealed interface ConfigValue {
    record Null() implements ConfigValue {}

    record Flag(boolean value) implements ConfigValue {}

    record Whole(long value) implements ConfigValue {}

    record Real(double value) implements ConfigValue {}

    record Text(String value) implements ConfigValue {}

    /** A file or folder of the configuration repository: {@code ./profile}; absolute where it is outside. */
    record FilePath(String path) implements ConfigValue {}

    /** A package of the catalogue. */
    record Package(String name, Fields settings) implements ConfigValue {}

    record Elements(List<ConfigValue> values) implements ConfigValue {
        public Elements {
            values = List.copyOf(values);
        }
    }

    /** A set; the names sorted by their code points. */
    record Fields(SortedMap<String, ConfigValue> values) implements ConfigValue {
        public Fields {
            values = Collections.unmodifiableSortedMap(new TreeMap<>(values));
        }

        /** The set of that name; an empty one where there is none. */
        public Fields in(String name) {
            return values.get(name) instanceof Fields fields ? fields : new Fields(new TreeMap<>());
        }

        /** The text of that name; empty where nobody has set it. */
        public Optional<String> text(String name) {
            return values.get(name) instanceof Text text ? Optional.of(text.value()) : Optional.empty();
        }

        /** The number of that name; empty where nobody has set it. */
        public OptionalLong whole(String name) {
            return values.get(name) instanceof Whole whole ? OptionalLong.of(whole.value()) : OptionalLong.empty();
        }

        public boolean flag(String name) {
            return values.get(name) instanceof Flag flag && flag.value();
        }

        /** The texts in the list of that name; none where there is none. */
        public List<String> texts(String name) {
            return values.get(name) instanceof Elements list
                    ? list.values().stream()
                            .filter(Text.class::isInstance)
                            .map(element -> ((Text) element).value())
                            .toList()
                    : List.of();
        }
    }

    /** On one line; names sorted, no white space. A package is {@code {"_type":"package","name":…,"settings":{…}}}. */
    default String json() {
        StringBuilder out = new StringBuilder();
        CanonicalJson.write(this, out);
        return out.toString();
    }

    /** Everything within that is a certain kind of value, in the order of the text. */
    default <T extends ConfigValue> List<T> all(Class<T> kind) {
        List<T> found = new ArrayList<>();
        collect(this, kind, found);
        return found;
    }

    private static <T extends ConfigValue> void collect(ConfigValue value, Class<T> kind, List<T> found) {
        if (kind.isInstance(value)) {
            found.add(kind.cast(value));
        }
        if (value instanceof Elements list) {
            list.values().forEach(element -> collect(element, kind, found));
        } else if (value instanceof Fields set) {
            set.values().values().forEach(element -> collect(element, kind, found));
        } else if (value instanceof Package packaged) {
            collect(packaged.settings(), kind, found);
        }
    }
}
