package org.sourceos.rebuild.debian;

import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.sourceos.config.options.ConfigValue;

/** Looks into a checked configuration: what is not there, or nobody has set, is empty. */
record Values(SortedMap<String, ConfigValue> fields) {
    static Values of(ConfigValue value) {
        return new Values(value instanceof ConfigValue.Fields set ? set.values() : new TreeMap<>());
    }

    Values in(String name) {
        return of(fields.getOrDefault(name, new ConfigValue.Null()));
    }

    /** A text, or a number as one. */
    Optional<String> text(String name) {
        ConfigValue value = fields.get(name);
        if (value instanceof ConfigValue.Text text) {
            return Optional.of(text.value());
        } else if (value instanceof ConfigValue.Whole number) {
            return Optional.of(Long.toString(number.value()));
        }
        return Optional.empty();
    }

    boolean flag(String name) {
        return fields.get(name) instanceof ConfigValue.Flag flag && flag.value();
    }

    List<String> texts(String name) {
        return fields.get(name) instanceof ConfigValue.Elements list
                ? list.values().stream()
                        .filter(ConfigValue.Text.class::isInstance)
                        .map(value -> ((ConfigValue.Text) value).value())
                        .toList()
                : List.of();
    }

    /** What is named in a set of texts, sorted by name. */
    SortedMap<String, String> pairs(String name) {
        Values set = in(name);
        SortedMap<String, String> pairs = new TreeMap<>();
        set.fields().keySet().forEach(key -> set.text(key).ifPresent(text -> pairs.put(key, text)));
        return pairs;
    }

    /** The path of a file of the configuration. */
    Optional<String> path(String name) {
        return fields.get(name) instanceof ConfigValue.FilePath path ? Optional.of(path.path()) : Optional.empty();
    }
}
