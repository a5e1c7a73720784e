package org.sourceos.cli.language;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.sourceos.cli.CommandContext;
import org.sourceos.config.nix.EvalException;
import org.sourceos.config.nix.EvalSettings;
import org.sourceos.config.nix.EvalSettings.SearchPathEntry;
import org.sourceos.config.nix.Evaluator;
import org.sourceos.config.nix.NixValue;
import org.sourceos.config.options.ConfigurationReader;
import org.sourceos.config.options.PackageDeclarations;
import org.sourceos.rebuild.RebuildException;
import picocli.CommandLine.Option;

/** By which rules texts of the language are read: what {@code eval}, {@code parse} and {@code repl} have in common. */
public final class RuleOptions {
    /** Far above what a configuration needs, far below what makes a computer unusable. */
    private static final long MAX_ALLOCATION = 4L << 30;

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

    /** @param trace what {@code builtins.trace} says, a line at a time */
    EvalSettings settings(CommandContext context, Consumer<String> trace) {
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
                .withTrace(trace);
    }

    /**
     * What evaluates texts: in the dialect, as parts of a configuration, which see the packages.
     *
     * @param arguments what a function is given if it names it
     * @param packages what the catalogue says of the packages
     * @param root what paths in JSON are relative to
     */
    public record Setting(
            Evaluator evaluator, Map<String, NixValue> arguments, PackageDeclarations packages, String root) {}

    /** For a file of a configuration; {@code config} is then the one that begins with it. */
    public Setting ofFile(CommandContext context, Path file, Consumer<String> trace)
            throws RebuildException, EvalException {
        return setting(context, ConfigurationFolder.rootOf(file), Optional.of(file), trace);
    }

    /** For texts that are in no file, but belong in a folder. */
    public Setting ofFolder(CommandContext context, Path folder, Consumer<String> trace)
            throws RebuildException, EvalException {
        return setting(context, folder, Optional.empty(), trace);
    }

    private Setting setting(CommandContext context, Path root, Optional<Path> entry, Consumer<String> trace)
            throws RebuildException, EvalException {
        EvalSettings settings = settings(context, trace);
        if (standard) {
            return new Setting(
                    new Evaluator(new FolderSourceIo(), settings),
                    Map.of(),
                    PackageDeclarations.NONE,
                    context.directory().toString());
        }
        ConfigurationFolder folder = new ConfigurationFolder(root, entry.orElse(root));
        PackageDeclarations packages = folder.packages(context);
        ConfigurationReader reader = folder.reader(packages, settings);
        return new Setting(
                reader.evaluator(),
                entry.isPresent() ? reader.arguments(entry.get().toString()) : reader.arguments(),
                packages,
                root.toString());
    }
}
