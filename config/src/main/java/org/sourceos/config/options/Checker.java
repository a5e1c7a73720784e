package org.sourceos.config.options;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.sourceos.config.ConfigException;
import org.sourceos.config.diagnostic.Diagnostic;
import org.sourceos.config.diagnostic.Position;
import org.sourceos.config.diagnostic.Suggestions;
import org.sourceos.config.nix.Evaluation;
import org.sourceos.config.nix.NixAttrs;
import org.sourceos.config.nix.NixBool;
import org.sourceos.config.nix.NixFloat;
import org.sourceos.config.nix.NixInt;
import org.sourceos.config.nix.NixList;
import org.sourceos.config.nix.NixNull;
import org.sourceos.config.nix.NixPath;
import org.sourceos.config.nix.NixString;
import org.sourceos.config.nix.NixValue;
import org.sourceos.config.nix.Place;
import org.sourceos.config.options.PackageDeclarations.PackageDeclaration;

/**
 * Goes through all options of a merged configuration: evaluates each, keeps its value, and notes what is wrong without
 * stopping there.
 */
final class Checker {
    /** A longer list of names tells nobody more. */
    private static final int MOST_NAMED = 20;

    /** A hundred times what thousands of machines written out have; each is kept, so a few gigabytes would follow. */
    private static final int MOST_VALUES = 2_000_000;

    /** What a value takes, roughly: itself, its place in a set, its path. */
    private static final int VALUE_BYTES = 64;

    private final Evaluation evaluation;
    private final Merger merger;
    private final PackageDeclarations packages;
    /** Absolute, without a slash at its end; paths below it are written relative to it. */
    private final String root;

    private final Map<Said, Diagnostic> mistakes = new LinkedHashMap<>();
    private final SortedMap<String, List<Place>> places = new TreeMap<>();
    private int values;

    Checker(Evaluation evaluation, Merger merger, PackageDeclarations packages, String root) {
        this.evaluation = evaluation;
        this.merger = merger;
        this.packages = packages;
        this.root = root;
    }

    /** What makes two mistakes the same one: a value is often asked for from several sides. */
    private record Said(Position position, String message) {}

    /** In the order in which they were found, each once. */
    List<Diagnostic> mistakes() {
        return List.copyOf(mistakes.values());
    }

    void mistake(Diagnostic mistake) {
        mistakes.putIfAbsent(new Said(mistake.position(), mistake.message()), mistake);
    }

    /** Where each option that was set was set. */
    SortedMap<String, List<Place>> places() {
        return places;
    }

    /** The members of a group that are set or have a default. */
    ConfigValue.Fields group(String path, NixAttrs set) {
        Merger.Members members = merger.membersOf(set);
        unknown(path, members);
        SortedMap<String, ConfigValue> values = new TreeMap<>();
        for (Option option : members.options().options()) {
            List<Definition> own = merger.definitions().under(members.unwrapped(), option.name());
            String inside = path.isEmpty() ? option.name() : path + "." + option.name();
            Optional<Place> place = own.stream()
                    .map(Definition::place)
                    .flatMap(Optional::stream)
                    .findFirst();
            if (isThere(option, own, place)) {
                note(inside, own);
                attempt(place, () -> evaluation.get(set, option.name()).orElseThrow())
                        .flatMap(value -> read(inside, option.type(), value, place))
                        .ifPresent(value -> values.put(option.name(), value));
            }
        }
        return new ConfigValue.Fields(values);
    }

    /** Whether an option has a value: groups always do, others where a definition counts or there is a default. */
    private boolean isThere(Option option, List<Definition> own, Optional<Place> place) {
        if (option.type() instanceof OptionType.Group || option.fallback().isPresent()) {
            return true;
        }
        if (own.isEmpty()) {
            return false;
        }
        return attempt(place, () -> !merger.definitions().live(own).isEmpty()).orElse(false);
    }

    private void note(String path, List<Definition> own) {
        for (Definition definition : own) {
            definition
                    .place()
                    .ifPresent(place ->
                            places.computeIfAbsent(path, p -> new ArrayList<>()).add(place));
        }
    }

    private <T> Optional<T> attempt(Optional<Place> place, Supplier<T> part) {
        return evaluation.attempt(place, this::mistake, part);
    }

    private void unknown(String path, Merger.Members members) {
        for (Definition definition : members.unwrapped()) {
            if (!(definition.value() instanceof NixAttrs attrs)) {
                continue;
            }
            for (String name : attrs.names()) {
                if (members.options().find(name).isEmpty()) {
                    String full = path.isEmpty() ? name : path + "." + name;
                    report(
                            evaluation.place(attrs, name).or(definition::place),
                            "there is no option '" + full + "'",
                            suggestion(name, members.options().names()));
                }
            }
        }
    }

    private static Optional<String> suggestion(String name, List<String> names) {
        return Suggestions.didYouMean(name, names)
                .or(() -> names.isEmpty() || names.size() > MOST_NAMED
                        ? Optional.empty()
                        : Optional.of("there are " + String.join(", ", names)));
    }

    private void report(Optional<Place> place, String message, Optional<String> suggestion) {
        place.ifPresentOrElse(where -> mistake(where.diagnostic(message, suggestion)), () -> {
            throw evaluation.failure(message, Optional.empty(), suggestion);
        });
    }

    /** Of an evaluated value that has the type on its outside. */
    private Optional<ConfigValue> read(String path, OptionType type, NixValue value, Optional<Place> place) {
        evaluation.spend(VALUE_BYTES + path.length());
        if (++values > MOST_VALUES) {
            throw evaluation.exhausted(
                    "the configuration has more than " + MOST_VALUES
                            + " values: something in it holds other things over and over",
                    place);
        }
        if (type instanceof OptionType.Group) {
            return Optional.of(group(path, (NixAttrs) value));
        } else if (type instanceof OptionType.SetOf set) {
            return Optional.of(fields(path, set.element(), (NixAttrs) value, place));
        } else if (type instanceof OptionType.ListOf list) {
            return Optional.of(elements(path, list.element(), (NixList) value, place));
        } else if (type instanceof OptionType.OrNull nullable) {
            return value instanceof NixNull
                    ? Optional.of(new ConfigValue.Null())
                    : read(path, nullable.type(), value, place);
        } else if (type instanceof OptionType.OneOf choice) {
            return choice.types().stream()
                    .filter(one -> merger.types().accepts(one, value))
                    .findFirst()
                    .flatMap(one -> read(path, one, value, place));
        } else if (type instanceof OptionType.Package) {
            return Optional.of(packaged(path, (NixAttrs) value, place));
        } else if (type instanceof OptionType.Anything) {
            return anything(path, value, place);
        } else if (type instanceof OptionType.Secret) {
            return secret(path, value, place);
        }
        return Optional.of(scalar(value));
    }

    private ConfigValue fields(String path, OptionType type, NixAttrs set, Optional<Place> place) {
        SortedMap<String, ConfigValue> values = new TreeMap<>();
        for (String name : set.names()) {
            String inside = path + "." + name;
            Optional<Place> where = evaluation.place(set, name).or(() -> place);
            attempt(where, () -> evaluation.get(set, name).orElseThrow())
                    .flatMap(value -> read(inside, type, value, where))
                    .ifPresent(value -> values.put(name, value));
        }
        return new ConfigValue.Fields(values);
    }

    private ConfigValue elements(String path, OptionType type, NixList list, Optional<Place> place) {
        List<ConfigValue> values = new ArrayList<>();
        for (int i = 0; i < list.size(); i++) {
            NixValue element = list.get(i);
            String inside = path + "[" + i + "]";
            attempt(place, () -> evaluation.force(element))
                    .flatMap(value -> read(inside, type, value, place))
                    .ifPresent(values::add);
        }
        return new ConfigValue.Elements(values);
    }

    private ConfigValue scalar(NixValue value) {
        if (value instanceof NixString text) {
            return new ConfigValue.Text(text.text());
        } else if (value instanceof NixBool flag) {
            return new ConfigValue.Flag(flag.value());
        } else if (value instanceof NixInt number) {
            return new ConfigValue.Whole(number.value());
        } else if (value instanceof NixFloat number) {
            return new ConfigValue.Real(number.value());
        } else if (value instanceof NixPath path) {
            return new ConfigValue.FilePath(relative(path.text()));
        } else if (value instanceof NixNull) {
            return new ConfigValue.Null();
        }
        throw new IllegalStateException("not a scalar: " + value.typeName());
    }

    /** A file that is in the repository as it is would be in everybody's copy of it. */
    private Optional<ConfigValue> secret(String path, NixValue value, Optional<Place> place) {
        String named = value instanceof NixString text ? text.text() : ((NixPath) value).text();
        String file = root.equals("/") ? named : relative(named);
        if (file.startsWith("/") || file.endsWith(OptionType.Secret.ENCRYPTED)) {
            return Optional.of(new ConfigValue.FilePath(file));
        }
        return attempt(place, () -> {
            throw evaluation.failureWithheld(
                    "the option '" + path + "' names " + file
                            + ", which is in the repository and not encrypted: who has the" + " repository can read it",
                    place,
                    Optional.of("encrypt it with age (./key.age), or keep it outside: \"/etc/sourceos-secrets/key\""));
        });
    }

    private String relative(String path) {
        if (path.equals(root)) {
            return "./.";
        }
        String prefix = root.endsWith("/") ? root : root + "/";
        return path.startsWith(prefix) ? "./" + path.substring(prefix.length()) : path;
    }

    private Optional<ConfigValue> anything(String path, NixValue value, Optional<Place> place) {
        if (merger.types().accepts(OptionType.PACKAGE, value)) {
            return Optional.of(packaged(path, (NixAttrs) value, place));
        } else if (value instanceof NixAttrs set) {
            return Optional.of(fields(path, OptionType.ANYTHING, set, place));
        } else if (value instanceof NixList list) {
            return Optional.of(elements(path, OptionType.ANYTHING, list, place));
        } else if (!merger.types().accepts(OptionType.ANYTHING, value)) {
            report(
                    place,
                    "the option '" + path + "' has a function in it, which is no value of a configuration",
                    Optional.of("was an argument forgotten?"));
            return Optional.empty();
        }
        return Optional.of(scalar(value));
    }

    /** The settings are what the package declares. */
    private ConfigValue packaged(String path, NixAttrs value, Optional<Place> place) {
        String name = ((NixString) evaluation.get(value, "name").orElseThrow()).text();
        NixAttrs settings = (NixAttrs) evaluation.get(value, "settings").orElseThrow();
        if (!packages.names().contains(name)) {
            report(
                    place,
                    "there is no package '" + name + "' in the catalogue",
                    suggestion(name, List.copyOf(packages.names())));
        }
        if (settings.size() == 0) {
            return new ConfigValue.Package(name, new ConfigValue.Fields(new TreeMap<>()));
        }
        SortedMap<String, Option> declared = declared(name);
        SortedMap<String, ConfigValue> values = new TreeMap<>();
        for (String setting : settings.names()) {
            Optional<Place> where = evaluation.place(settings, setting).or(() -> place);
            Option option = declared.get(setting);
            if (option == null) {
                report(
                        where,
                        "the package " + name + " has no option '" + setting + "'",
                        suggestion(setting, List.copyOf(declared.keySet())));
                continue;
            }
            String inside = name + "." + setting;
            Definition definition = Definition.of(settings.get(setting).orElseThrow(), where);
            attempt(
                            where,
                            () -> merger.value(
                                    inside, option.type(), merger.definitions().live(List.of(definition))))
                    .flatMap(merged -> read(inside, option.type(), merged, where))
                    .ifPresent(merged -> values.put(setting, merged));
        }
        return new ConfigValue.Package(name, new ConfigValue.Fields(values));
    }

    private SortedMap<String, Option> declared(String name) {
        if (!packages.names().contains(name)) {
            return new TreeMap<>();
        }
        try {
            PackageDeclaration declaration = packages.find(name);
            return declaration.options();
        } catch (ConfigException e) {
            // Its mistakes have been reported when the value was made.
            return new TreeMap<>();
        }
    }
}
