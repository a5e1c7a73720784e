package org.sourceos.config.options;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import org.sourceos.config.ConfigException;
import org.sourceos.config.diagnostic.Diagnostic;
import org.sourceos.config.nix.Evaluation;
import org.sourceos.config.nix.Evaluator;
import org.sourceos.config.nix.NixAttrs;
import org.sourceos.config.nix.NixValue;
import org.sourceos.config.options.PackageDeclarations.PackageDeclaration;

/**
 * The packages of a catalogue as values of the language:
 * {@code { _type = "package"; name; settings; override; with<Option>…; }}. {@code override} takes a set of settings, or a
 * function from the settings so far to one; {@code withProfile p} is {@code override { profile = p; }}. Whether a setting is
 * declared and of its type is checked with the configuration, where all such mistakes are found at once.
 */
public final class PackageValues implements Evaluator.Surroundings {
    private final PackageDeclarations packages;
    private final Set<Diagnostic> further = new LinkedHashSet<>();

    public PackageValues(PackageDeclarations packages) {
        this.packages = packages;
    }

    @Override
    public SortedSet<String> names() {
        return packages.names();
    }

    @Override
    public NixValue value(Evaluation evaluation, String name) {
        try {
            return packaged(evaluation, packages.find(name), evaluation.attrs(new TreeMap<>()));
        } catch (ConfigException e) {
            Diagnostic first = e.diagnostics().get(0);
            further.addAll(e.diagnostics().subList(1, e.diagnostics().size()));
            throw evaluation.failure(
                    "the recipe of " + name + " has mistakes: " + first.position() + ": " + first.message(),
                    Optional.empty(),
                    first.suggestion());
        }
    }

    /** Mistakes of recipes that were asked for, without the first of each, which the failure has told. */
    Set<Diagnostic> furtherMistakes() {
        return further;
    }

    /** All packages: {@code pkgs}. */
    NixAttrs all(Evaluation evaluation) {
        Map<String, NixValue> all = new LinkedHashMap<>();
        for (String name : names()) {
            all.put(name, evaluation.lazy(() -> value(evaluation, name)));
        }
        return evaluation.attrs(all);
    }

    private static NixValue packaged(Evaluation evaluation, PackageDeclaration declaration, NixAttrs settings) {
        Map<String, NixValue> fields = new LinkedHashMap<>();
        fields.put("_type", evaluation.string(TypeCheck.PACKAGE));
        fields.put("name", evaluation.string(declaration.name()));
        fields.put("settings", settings);
        fields.put(
                "override",
                evaluation.function("override", given -> override(evaluation, declaration, settings, given)));
        for (String option : declaration.options().keySet()) {
            String with = "with" + camelCase(option);
            fields.put(
                    with,
                    evaluation.function(
                            with,
                            value -> packaged(
                                    evaluation,
                                    declaration,
                                    evaluation.update(settings, evaluation.attrs(Map.of(option, value))))));
        }
        return evaluation.attrs(fields);
    }

    private static NixValue override(
            Evaluation evaluation, PackageDeclaration declaration, NixAttrs settings, NixValue given) {
        NixValue value = evaluation.force(given);
        if (evaluation.isFunction(value)) {
            value = evaluation.force(evaluation.call(value, settings));
        }
        if (value instanceof NixAttrs more) {
            return packaged(evaluation, declaration, evaluation.update(settings, more));
        }
        throw evaluation.failure(
                "override wants a set of settings, or a function that gives one, and this is "
                        + evaluation.brief(value),
                Optional.empty(),
                Optional.of(declaration.name() + ".override { … }"));
    }

    /** {@code vim_mode} to {@code VimMode}. */
    private static String camelCase(String option) {
        StringBuilder out = new StringBuilder();
        for (String word : option.split("[-_]+")) {
            if (!word.isEmpty()) {
                out.append(word.substring(0, 1).toUpperCase(Locale.ROOT)).append(word.substring(1));
            }
        }
        return out.toString();
    }
}
