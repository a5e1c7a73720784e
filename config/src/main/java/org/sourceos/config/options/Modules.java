package org.sourceos.config.options;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.sourceos.config.diagnostic.Diagnostic;
import org.sourceos.config.diagnostic.Suggestions;
import org.sourceos.config.nix.Evaluation;
import org.sourceos.config.nix.NixAttrs;
import org.sourceos.config.nix.NixList;
import org.sourceos.config.nix.NixPath;
import org.sourceos.config.nix.NixString;
import org.sourceos.config.nix.NixValue;
import org.sourceos.config.nix.Place;

/**
 * The files of a configuration: an entry and what it imports, each once, what is imported before what imports it. A file is a
 * set, or a function that gives one. The set either is the definitions, or has them under {@code config}, with
 * {@code imports} and {@code options} beside it.
 */
final class Modules {
    private static final String IMPORTS = "imports";
    private static final String OPTIONS = "options";
    static final String CONFIG = "config";
    /** What a file that is a function is given. */
    static final List<String> ARGUMENTS = List.of("pkgs", "lib", CONFIG);

    private final Evaluation evaluation;
    private final Definitions definitions;
    private final Map<String, NixValue> arguments;
    private final Consumer<Diagnostic> mistakes;

    private final Set<String> seen = new LinkedHashSet<>();
    private final List<Definition> found = new ArrayList<>();
    private OptionSet options;

    /**
     * @param options those that are declared already
     * @param arguments what a file that is a function is given
     * @param mistakes is told what is wrong with a file; the file is left out
     */
    Modules(
            Evaluation evaluation,
            Definitions definitions,
            OptionSet options,
            Map<String, NixValue> arguments,
            Consumer<Diagnostic> mistakes) {
        this.evaluation = evaluation;
        this.definitions = definitions;
        this.options = options;
        this.arguments = arguments;
        this.mistakes = mistakes;
    }

    /** One definition of the whole configuration for each file. */
    List<Definition> found() {
        return found;
    }

    /** Those declared before and those that the files declare. */
    OptionSet options() {
        return options;
    }

    /** The files that were read, absolute. */
    Set<String> files() {
        return seen;
    }

    /** Reads a file and all that it imports. */
    void load(String file, Optional<Place> importedAt) {
        if (seen.add(file)) {
            evaluation
                    .attempt(importedAt, mistakes, () -> evaluation.importFile(file))
                    .ifPresent(value -> add(value, evaluation.start(file).or(() -> importedAt)));
        }
    }

    private void add(NixValue value, Optional<Place> place) {
        evaluation.attempt(place, mistakes, () -> module(value, place)).ifPresent(module -> {
            imports(module, place);
            if (isStructured(module)) {
                unknown(module);
                declare(module, place);
                module.get(CONFIG)
                        .ifPresent(config -> found.add(Definition.of(
                                config, evaluation.place(module, CONFIG).or(() -> place))));
            } else {
                found.add(Definition.of(without(module, IMPORTS), place));
            }
        });
    }

    private NixAttrs module(NixValue value, Optional<Place> place) {
        NixValue module = value;
        if (evaluation.isFunction(value)) {
            module = evaluation.force(evaluation.call(value, arguments));
        }
        if (module instanceof NixAttrs attrs) {
            return attrs;
        }
        throw evaluation.failure(
                "a configuration is a set of options, or a function that gives one, and this is "
                        + evaluation.brief(module),
                place,
                Optional.of("write { system = { … }; }"));
    }

    private static boolean isStructured(NixAttrs module) {
        return module.get(CONFIG).isPresent() || module.get(OPTIONS).isPresent();
    }

    private void unknown(NixAttrs module) {
        List<String> known = List.of(IMPORTS, OPTIONS, CONFIG);
        for (String name : module.names()) {
            if (!known.contains(name)) {
                evaluation
                        .place(module, name)
                        .ifPresent(place -> mistakes.accept(place.diagnostic(
                                "beside options and config there can be only imports, and this is '" + name + "'",
                                Suggestions.didYouMean(name, known)
                                        .or(() -> Optional.of("put it into config = { … }")))));
            }
        }
    }

    private void declare(NixAttrs module, Optional<Place> place) {
        Optional<Place> where = evaluation.place(module, OPTIONS).or(() -> place);
        module.get(OPTIONS)
                .ifPresent(tree -> evaluation
                        .attempt(where, mistakes, () -> new DeclaredOptions(evaluation, definitions).read(tree, where))
                        .ifPresent(declared -> {
                            Optional<String> clash = options.clash(declared);
                            if (clash.isPresent()) {
                                where.ifPresent(at -> mistakes.accept(at.diagnostic(
                                        "the option '" + clash.get() + "' is declared already", Optional.empty())));
                            } else {
                                options = options.with(declared);
                            }
                        }));
    }

    private NixAttrs without(NixAttrs module, String name) {
        return module.get(name).isEmpty() ? module : evaluation.without(module, name);
    }

    private void imports(NixAttrs module, Optional<Place> place) {
        Optional<NixValue> raw = module.get(IMPORTS);
        if (raw.isEmpty()) {
            return;
        }
        Optional<Place> where = evaluation.place(module, IMPORTS).or(() -> place);
        evaluation
                .attempt(where, mistakes, () -> list(evaluation.force(raw.get()), where))
                .ifPresent(list -> {
                    for (int i = 0; i < list.size(); i++) {
                        NixValue element = list.get(i);
                        evaluation
                                .attempt(where, mistakes, () -> evaluation.force(element))
                                .ifPresent(value -> imported(value, where));
                    }
                });
    }

    private NixList list(NixValue value, Optional<Place> place) {
        if (value instanceof NixList list) {
            return list;
        }
        throw evaluation.failure(
                "imports has to be a list of paths, and this is " + evaluation.brief(value),
                place,
                Optional.of("imports = [ ./family.nix ];"));
    }

    private void imported(NixValue value, Optional<Place> where) {
        if (value instanceof NixPath path) {
            load(path.text(), where);
        } else if (value instanceof NixAttrs || evaluation.isFunction(value)) {
            add(value, where);
        } else {
            boolean looksLikePath =
                    value instanceof NixString text && text.text().contains("/");
            where.ifPresent(place -> mistakes.accept(place.diagnostic(
                    "imports wants paths, and this is " + evaluation.brief(value),
                    looksLikePath ? Optional.of("a path is written without quotes: ./family.nix") : Optional.empty())));
        }
    }

    /** The arguments of a function, by name. */
    static Map<String, NixValue> arguments(NixValue pkgs, NixValue lib, NixValue config) {
        Map<String, NixValue> arguments = new LinkedHashMap<>();
        arguments.put("pkgs", pkgs);
        arguments.put("lib", lib);
        arguments.put(CONFIG, config);
        return arguments;
    }
}
