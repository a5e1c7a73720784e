package org.sourceos.cli.language;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sourceos.cli.CommandContext;
import org.sourceos.config.nix.EvalException;
import org.sourceos.config.nix.EvalSettings;
import org.sourceos.config.nix.EvalSettings.SearchPathEntry;
import org.sourceos.config.nix.Evaluator;
import org.sourceos.config.nix.NixValue;
import org.sourceos.config.options.ConfigurationReader;
import org.sourceos.rebuild.RebuildException;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Which text is meant, and by which rules it is read: what {@code eval} and {@code parse} have in common. */
final class LanguageOptions {
    /** Far above what a configuration needs, far below what makes a computer unusable. */
    private static final long MAX_ALLOCATION = 4L << 30;

    @Parameters(arity = "0..1", paramLabel = "FILE", description = "a file, or - for standard input")
    private @Nullable String file;

    @Option(
            names = {"-E", "--expr"},
            paramLabel = "EXPR",
            description = "this expression instead of a file")
    private @Nullable String expression;

    @Option(names = "-I", paramLabel = "[NAME=]PATH", description = "where <NAME> is looked up")
    private List<String> searchPath = List.of();

    @Option(names = "--standard", description = "Nix as it is everywhere, without SourceOS's additions")
    private boolean standard;

    @Option(
            names = "--max-call-depth",
            paramLabel = "N",
            defaultValue = "10000",
            description = "calls within calls before it is an error (default: ${DEFAULT-VALUE})")
    private int maxCallDepth;

    /**
     * A text to read.
     *
     * @param name its path, absolute; for an expression that is in no file, the directory it is relative to
     */
    record Input(String name, boolean isFile, String text) {}

    Input input(CommandContext context) throws java.io.IOException {
        String directory = context.directory().toString();
        if (expression != null) {
            return new Input(directory, false, expression);
        }
        if (file == null || file.equals("-")) {
            return new Input(directory, false, new String(context.in().readAllBytes(), StandardCharsets.UTF_8));
        }
        return new Input(context.directory().resolve(file).normalize().toString(), true, "");
    }

    EvalSettings settings(CommandContext context) {
        List<SearchPathEntry> entries = new ArrayList<>();
        for (String text : searchPath) {
            SearchPathEntry entry = SearchPath.entry(text);
            Path path = context.directory().resolve(entry.path()).normalize();
            entries.add(new SearchPathEntry(entry.prefix(), path.toString()));
        }
        return (standard ? EvalSettings.standard() : EvalSettings.sourceos())
                .withLimits(maxCallDepth, Long.MAX_VALUE, MAX_ALLOCATION)
                .withSearchPath(entries)
                .withHome(Optional.ofNullable(context.environment().get("HOME")))
                .withTrace(line -> context.err().println(line));
    }

    /**
     * What evaluates a text: in the dialect, as a part of the configuration in whose folder it is, which sees the packages.
     *
     * @param arguments what a function is given if it names it
     * @param root what paths in JSON are relative to
     */
    record Setting(Evaluator evaluator, Map<String, NixValue> arguments, String root) {}

    Setting setting(CommandContext context, Input input) throws RebuildException, EvalException {
        EvalSettings settings = settings(context);
        if (standard) {
            return new Setting(
                    new Evaluator(new FolderSourceIo(), settings),
                    Map.of(),
                    context.directory().toString());
        }
        Path path = Path.of(input.name());
        Path root = input.isFile() ? ConfigurationFolder.rootOf(path) : path;
        ConfigurationReader reader = new ConfigurationFolder(root, path).reader(context, settings);
        return new Setting(
                reader.evaluator(),
                input.isFile() ? reader.arguments(input.name()) : reader.arguments(),
                root.toString());
    }
}
