package org.sourceos.cli.language;

import java.nio.file.Path;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.sourceos.cli.CommandContext;
import org.sourceos.cli.ExitCode;
import org.sourceos.cli.SourceOs;
import org.sourceos.config.ConfigException;
import org.sourceos.config.diagnostic.Diagnostic;
import org.sourceos.config.nix.EvalException;
import org.sourceos.config.options.ConfigValue;
import org.sourceos.config.options.ConfigurationReader;
import org.sourceos.config.options.ConfigurationReader.Configuration;
import org.sourceos.config.options.PackageDeclarations;
import org.sourceos.host.Cancellation;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code sourceos check}: whether a configuration can be used. */
@Command(
        name = "check",
        header = "Evaluate a configuration and check every option in it.",
        description = {
            "All mistakes are shown at once. Nothing is built, fetched or written.",
            "Without an argument, the configuration of this computer or user is meant.",
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Exit status: 0 it can be used; 2 it has mistakes.",
            "",
            "Examples:",
            "  sourceos check",
            "  sourceos check ./my-system",
            "  sourceos check family.source.nix",
            "  sourceos check --json | jq .users",
        })
public final class CheckCommand implements Callable<Integer> {
    private final CommandContext context;

    @ParentCommand
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private SourceOs parent;

    @Parameters(
            arity = "0..1",
            paramLabel = "PATH",
            description = "a folder with " + ConfigurationFolder.ENTRY + ", or the file a configuration begins with")
    private @Nullable Path path;

    @Option(names = "--json", description = "the checked configuration as JSON, or its mistakes")
    private boolean json;

    CheckCommand(CommandContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws Exception {
        ConfigurationFolder folder = ConfigurationFolder.at(
                path == null
                        ? parent.places().config()
                        : context.directory().resolve(path).normalize());
        PackageDeclarations packages = folder.packages(context);
        ConfigurationReader reader = folder.reader(context, packages);
        try (Cancellation.Registration cancelled = context.cancellation().onCancel(reader::cancel)) {
            Configuration configuration = reader.read(folder.entry().toString());
            if (json) {
                context.out().println(configuration.values().json());
            } else {
                summary(folder, configuration, packages);
            }
            return ExitCode.DONE.status();
        } catch (ConfigException e) {
            report(e.diagnostics());
            return ExitCode.UNUSABLE.status();
        } catch (EvalException e) {
            context.cancellation().throwIfCancelled();
            report(e.diagnostics());
            if (e.diagnostics().isEmpty()) {
                context.err().println(e.getMessage());
            }
            return ExitCode.UNUSABLE.status();
        }
    }

    private void report(List<Diagnostic> mistakes) {
        if (json) {
            context.out().println(DiagnosticsJson.text(mistakes));
        } else {
            mistakes.forEach(mistake -> context.err().println(mistake.render()));
            if (mistakes.size() > 1) {
                context.err().println(mistakes.size() + " mistakes");
            }
        }
    }

    private void summary(ConfigurationFolder folder, Configuration configuration, PackageDeclarations declarations)
            throws ConfigException {
        ConfigValue.Fields values = configuration.values();
        SortedSet<String> packages = new TreeSet<>();
        values.all(ConfigValue.Package.class).forEach(used -> packages.add(used.name()));
        context.out()
                .println(folder.entry() + ": " + Counts.of(configuration.files().size(), "file") + ", "
                        + Counts.of(configuration.places().size(), "option") + " set, "
                        + Counts.of(packages.size(), "package") + "; no mistakes");
        for (String name : packages) {
            if (!declarations.find(name).hasRecipe()) {
                context.err()
                        .println("note: nobody has written the recipe of " + name + " yet; to build it, write "
                                + folder.root().resolve("packages/" + name + ".source.toml"));
            }
        }
    }
}
