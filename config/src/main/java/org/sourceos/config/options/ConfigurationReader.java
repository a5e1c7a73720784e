package org.sourceos.config.options;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;
import org.sourceos.config.ConfigException;
import org.sourceos.config.diagnostic.Diagnostic;
import org.sourceos.config.diagnostic.Position;
import org.sourceos.config.nix.EvalException;
import org.sourceos.config.nix.EvalSettings;
import org.sourceos.config.nix.Evaluation;
import org.sourceos.config.nix.Evaluator;
import org.sourceos.config.nix.NixAttrs;
import org.sourceos.config.nix.NixValue;
import org.sourceos.config.nix.Place;
import org.sourceos.config.nix.SourceIo;

/**
 * Reads a configuration: evaluates a file and what it imports, merges them by the options' types and checks everything. One
 * reader for one reading; {@link #cancel} may come from any thread.
 */
public final class ConfigurationReader {
    private final Evaluator evaluator;
    private final PackageDeclarations packages;
    private final PackageValues values;
    private final OptionSet options;
    private final String root;

    /**
     * @param options what can be set
     * @param root the configuration's folder, absolute: paths below it are kept relative to it
     */
    public ConfigurationReader(
            SourceIo io, EvalSettings settings, PackageDeclarations packages, OptionSet options, String root) {
        this.packages = packages;
        this.values = new PackageValues(packages);
        this.evaluator = new Evaluator(Library.over(io), settings, values);
        this.options = options;
        this.root = root;
    }

    /**
     * What a configuration says.
     *
     * @param values every option that is set or has a default
     * @param options what could be set, the configuration's own options included
     * @param places where each option was set, by path
     * @param files all that were read, absolute
     */
    public record Configuration(
            ConfigValue.Fields values,
            OptionSet options,
            SortedMap<String, List<Place>> places,
            SortedSet<String> files) {}

    /**
     * Reads the configuration whose entry is a file.
     *
     * @param entry absolute
     * @throws ConfigException with every mistake
     * @throws EvalException when a budget ran out or the evaluation was cancelled
     */
    public Configuration read(String entry) throws ConfigException, EvalException {
        List<Diagnostic> mistakes = new ArrayList<>();
        Configuration configuration = evaluator.evaluate(evaluation -> read(evaluation, entry, mistakes));
        if (!mistakes.isEmpty()) {
            throw new ConfigException(mistakes);
        }
        return configuration;
    }

    private Configuration read(Evaluation evaluation, String entry, List<Diagnostic> mistakes) {
        Merger merger = new Merger(evaluation);
        Checker checker = new Checker(evaluation, merger, packages, root);
        evaluation.collectUndefined((name, mistake) ->
                checker.mistake(mistake.suggestion().isPresent() ? mistake : advised(name, mistake)));
        Loaded loaded = load(evaluation, merger, entry, checker);
        ConfigValue.Fields fields = evaluation
                .attempt(evaluation.start(entry), checker::mistake, () -> (NixAttrs) evaluation.force(loaded.config()))
                .map(set -> checker.group("", set))
                .orElseGet(() -> new ConfigValue.Fields(new java.util.TreeMap<>()));
        checker.mistakes().stream().sorted(BY_PLACE).forEach(mistakes::add);
        mistakes.addAll(values.furtherMistakes());
        return new Configuration(
                fields,
                loaded.modules().options(),
                checker.places(),
                new TreeSet<>(loaded.modules().files()));
    }

    private static Diagnostic advised(String name, Diagnostic mistake) {
        String advice = Modules.ARGUMENTS.contains(name)
                ? "it is an argument: begin the file with { " + name + ", ... }:"
                : "no package of the catalogue has that name either; recipes are packages/NAME.source.toml";
        return new Diagnostic(mistake.position(), mistake.message(), mistake.sourceLine(), Optional.of(advice));
    }

    private static final Comparator<Diagnostic> BY_PLACE = Comparator.comparing(
            Diagnostic::position,
            Comparator.comparing(Position::file)
                    .thenComparingInt(Position::line)
                    .thenComparingInt(Position::column));

    private record Loaded(Modules modules, NixValue config) {}

    /** The files, and the merged configuration that they themselves see as {@code config}. */
    private Loaded load(Evaluation evaluation, Merger merger, String entry, Checker checker) {
        Modules[] loaded = new Modules[1];
        NixValue config = evaluation.lazy(() -> {
            OptionType.Group all = new OptionType.Group("a configuration", "configurations", loaded[0].options());
            return merger.group("", all, loaded[0].found());
        });
        loaded[0] =
                new Modules(evaluation, merger.definitions(), options, arguments(evaluation, config), checker::mistake);
        loaded[0].load(entry, Optional.empty());
        return new Loaded(loaded[0], config);
    }

    private Map<String, NixValue> arguments(Evaluation evaluation, NixValue config) {
        return Modules.arguments(evaluation.lazy(() -> values.all(evaluation)), Library.value(evaluation), config);
    }

    /**
     * What a file that is a function is given, by name; evaluated when the function asks for it. {@code config} is the
     * configuration that begins with the file.
     *
     * @param entry absolute
     */
    public Map<String, NixValue> arguments(String entry) throws EvalException {
        return evaluator.evaluate(evaluation -> {
            NixValue config = evaluation.lazy(() -> {
                Merger merger = new Merger(evaluation);
                return load(evaluation, merger, entry, new Checker(evaluation, merger, packages, root))
                        .config();
            });
            return arguments(evaluation, config);
        });
    }

    /** As {@link #arguments(String)}, where there is no configuration: {@code pkgs} and {@code lib}. */
    public Map<String, NixValue> arguments() throws EvalException {
        return evaluator.evaluate(evaluation -> {
            Map<String, NixValue> all = new LinkedHashMap<>(arguments(evaluation, Library.value(evaluation)));
            all.remove(Modules.CONFIG);
            return all;
        });
    }

    /** The evaluator behind it: texts that it evaluates see the packages, as those of a configuration do. */
    public Evaluator evaluator() {
        return evaluator;
    }

    /** Ends the reading that is going on. */
    public void cancel() {
        evaluator.cancel();
    }
}
