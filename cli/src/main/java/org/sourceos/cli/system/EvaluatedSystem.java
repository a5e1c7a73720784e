package org.sourceos.cli.system;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.sourceos.cli.CommandContext;
import org.sourceos.cli.UsageException;
import org.sourceos.cli.language.ConfigurationFolder;
import org.sourceos.config.ConfigException;
import org.sourceos.config.diagnostic.Diagnostic;
import org.sourceos.config.diagnostic.Position;
import org.sourceos.config.nix.EvalException;
import org.sourceos.config.options.ConfigValue;
import org.sourceos.config.options.ConfigurationReader;
import org.sourceos.config.options.PackageDeclarations;
import org.sourceos.config.recipe.PackageSpec;
import org.sourceos.host.Cancellation;
import org.sourceos.rebuild.RebuildException;
import org.sourceos.rebuild.plan.Catalogue;
import org.sourceos.rebuild.system.WantedProgram;

/**
 * A configuration that was evaluated and has no mistakes.
 *
 * @param packages the catalogue it was evaluated with
 */
record EvaluatedSystem(
        ConfigurationSource source,
        ConfigValue.Fields values,
        List<WantedProgram> programs,
        PackageDeclarations packages) {

    /** @throws ConfigException with every mistake, each at its place in the repository */
    static EvaluatedSystem of(CommandContext context, ConfigurationSource source)
            throws ConfigException, RebuildException, UsageException {
        Path entry = source.folder().resolve(ConfigurationFolder.ENTRY);
        if (!Files.isRegularFile(entry)) {
            throw new UsageException("the configuration in " + source.shown() + " has no " + ConfigurationFolder.ENTRY
                    + (source.made().commit().isPresent()
                            ? " in that commit: git add " + ConfigurationFolder.ENTRY + " && git commit"
                            : ": `sourceos init` makes one"));
        }
        ConfigurationFolder folder = new ConfigurationFolder(source.folder(), entry);
        PackageDeclarations packages = folder.packages(context);
        ConfigurationReader reader = folder.reader(context, packages);
        try (Cancellation.Registration cancelled = context.cancellation().onCancel(reader::cancel)) {
            ConfigValue.Fields values = reader.read(entry.toString()).values();
            return new EvaluatedSystem(source, values, shown(context, folder, WantedProgram.of(values)), packages);
        } catch (ConfigException e) {
            throw new ConfigException(placed(source, e.diagnostics()));
        } catch (EvalException e) {
            context.cancellation().throwIfCancelled();
            if (e.diagnostics().isEmpty()) {
                throw new RebuildException(RebuildException.Kind.UNUSABLE, String.valueOf(e.getMessage()), e);
            }
            throw new ConfigException(placed(source, e.diagnostics()));
        }
    }

    /** With what their recipes say for menus. */
    private static List<WantedProgram> shown(
            CommandContext context, ConfigurationFolder folder, List<WantedProgram> programs) {
        Catalogue catalogue = folder.catalogue(context);
        Map<String, Optional<PackageSpec.DesktopSpec>> known = new HashMap<>();
        return programs.stream()
                .map(program ->
                        program.shownAs(known.computeIfAbsent(program.packageName(), name -> desktop(catalogue, name))))
                .toList();
    }

    private static Optional<PackageSpec.DesktopSpec> desktop(Catalogue catalogue, String name) {
        try {
            return catalogue.recipe(name).spec().desktop();
        } catch (RebuildException e) {
            return Optional.empty(); // said by who builds it
        }
    }

    /** The places where the user knows the files, instead of in the copy that was read. */
    private static List<Diagnostic> placed(ConfigurationSource source, List<Diagnostic> mistakes) {
        String copy = source.folder() + "/";
        String shown = source.shown() + "/";
        List<Diagnostic> placed = new ArrayList<>();
        for (Diagnostic mistake : mistakes) {
            Position at = mistake.position();
            String file = at.file().startsWith(copy) ? at.file().substring(copy.length()) : at.file();
            placed.add(new Diagnostic(
                    new Position(file, at.line(), at.column()),
                    mistake.message().replace(copy, shown),
                    mistake.sourceLine(),
                    uncommitted(source, mistake.message(), copy)
                            .or(() -> mistake.suggestion().map(text -> text.replace(copy, shown)))));
        }
        return placed;
    }

    /** A file that is missed, and is there but not in the commit: the usual reason. */
    private static Optional<String> uncommitted(ConfigurationSource source, String message, String copy) {
        return source.untracked().stream()
                .filter(file -> message.contains("'" + copy + file + "'"))
                .map(file -> "it is not in the commit: git add " + file + " && git commit")
                .findFirst();
    }

    /**
     * @throws UsageException naming the packages whose recipes nobody has written: they can be named in a configuration, but
     *     not built
     */
    void refuseWithoutRecipes() throws UsageException {
        TreeSet<String> missing = new TreeSet<>();
        for (WantedProgram program : programs) {
            Optional<Boolean> recipe = hasRecipe(program.packageName());
            if (recipe.isPresent() && !recipe.get()) {
                missing.add(program.packageName());
            }
        }
        if (!missing.isEmpty()) {
            throw new UsageException("nobody has written recipes for " + String.join(", ", missing)
                    + " yet, so they cannot be built: write packages/" + missing.first()
                    + ".source.toml, or leave them out");
        }
    }

    private Optional<Boolean> hasRecipe(String name) {
        try {
            return Optional.of(packages.find(name).hasRecipe());
        } catch (ConfigException e) {
            return Optional.empty(); // the planner says what is wrong with the recipe, with its place
        }
    }
}
