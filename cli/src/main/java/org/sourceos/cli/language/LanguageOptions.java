package org.sourceos.cli.language;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.sourceos.cli.CommandContext;
import org.sourceos.config.nix.EvalSettings;
import org.sourceos.config.nix.EvalSettings.SearchPathEntry;
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
        EvalSettings rules = standard ? EvalSettings.standard() : EvalSettings.sourceos();
        return new EvalSettings(
                rules.dialect(),
                maxCallDepth,
                Long.MAX_VALUE,
                MAX_ALLOCATION,
                entries,
                rules.environment(),
                java.util.Optional.ofNullable(context.environment().get("HOME")),
                rules.system(),
                rules.currentTime(),
                line -> context.err().println(line),
                rules.habits());
    }
}
