package org.sourceos.config.options;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Options by name, in the order in which they are documented. */
public final class OptionSet {
    public static final OptionSet EMPTY = new OptionSet(List.of());

    private final Map<String, Option> byName = new LinkedHashMap<>();

    public OptionSet(List<Option> options) {
        for (Option option : options) {
            if (byName.put(option.name(), option) != null) {
                throw new IllegalArgumentException("declared twice: " + option.name());
            }
        }
    }

    public Optional<Option> find(String name) {
        return Optional.ofNullable(byName.get(name));
    }

    public List<Option> options() {
        return List.copyOf(byName.values());
    }

    public List<String> names() {
        return List.copyOf(byName.keySet());
    }

    /** These and others; the others' names are new, or both are groups, which are joined in turn. */
    OptionSet with(OptionSet others) {
        Map<String, Option> joined = new LinkedHashMap<>(byName);
        for (Option option : others.byName.values()) {
            joined.merge(option.name(), option, OptionSet::join);
        }
        return new OptionSet(new ArrayList<>(joined.values()));
    }

    private static Option join(Option a, Option b) {
        if (a.type() instanceof OptionType.Group one && b.type() instanceof OptionType.Group other) {
            OptionSet both = one.options().with(other.options());
            return new Option(
                    a.name(),
                    new OptionType.Group(one.noun(), one.nouns(), both, one.shortForm()),
                    a.fallback(),
                    a.example(),
                    a.description());
        }
        throw new IllegalArgumentException("declared twice: " + a.name());
    }

    /** The option at a path of {@code others} that is here already, if any is. */
    Optional<String> clash(OptionSet others) {
        for (Option option : others.byName.values()) {
            Option mine = byName.get(option.name());
            if (mine == null) {
                continue;
            }
            if (!(mine.type() instanceof OptionType.Group one && option.type() instanceof OptionType.Group other)) {
                return Optional.of(option.name());
            }
            Optional<String> inside = one.options().clash(other.options());
            if (inside.isPresent()) {
                return inside.map(path -> option.name() + "." + path);
            }
        }
        return Optional.empty();
    }

    /** All options within, by path; the free names of a set are written {@code <name>}, the elements of a list {@code *}. */
    public SortedMap<String, Option> byPath() {
        SortedMap<String, Option> all = new TreeMap<>();
        collect("", all);
        return Collections.unmodifiableSortedMap(all);
    }

    private void collect(String prefix, Map<String, Option> all) {
        for (Option option : byName.values()) {
            String path = prefix + option.name();
            all.put(path, option);
            collect(path, option.type(), all);
        }
    }

    private static void collect(String path, OptionType type, Map<String, Option> all) {
        if (type instanceof OptionType.Group group) {
            group.options().collect(path + ".", all);
        } else if (type instanceof OptionType.SetOf set) {
            collect(path + ".<name>", set.element(), all);
        } else if (type instanceof OptionType.ListOf list) {
            collect(path + ".*", list.element(), all);
        } else if (type instanceof OptionType.OrNull nullable) {
            collect(path, nullable.type(), all);
        }
    }
}
