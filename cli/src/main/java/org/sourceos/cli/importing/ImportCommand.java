package org.sourceos.cli.importing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.sourceos.cli.Catalogues;
import org.sourceos.cli.CommandContext;
import org.sourceos.cli.ExitCode;
import org.sourceos.cli.RequestFailedException;
import org.sourceos.cli.SourceOs;
import org.sourceos.cli.importing.ImportBranch.Committed;
import org.sourceos.cli.init.FirstConfiguration;
import org.sourceos.cli.init.Git;
import org.sourceos.cli.language.ConfigurationFolder;
import org.sourceos.config.ConfigException;
import org.sourceos.config.diagnostic.Suggestions;
import org.sourceos.config.nix.EvalException;
import org.sourceos.host.Cancellation;
import org.sourceos.host.Directories;
import org.sourceos.importer.DebianImport;
import org.sourceos.importer.ImportException;
import org.sourceos.importer.Scope;
import org.sourceos.importer.result.ConfigurationFiles;
import org.sourceos.importer.result.KeptFile;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code sourceos import}: a Debian system as a configuration. */
@Command(
        name = "import",
        header = "Read a Debian system and write what it is as a configuration.",
        description = {
            "Reads what somebody chose: packages, package sources, users, services, changed files, and so on. Nothing of the"
                    + " system is changed, none of its programs is run, and no password, key or token is copied.",
            "The result is one commit on the branch import/HOSTNAME of a configuration repository, to be looked at and"
                    + " merged. An import of a system that has not changed makes no commit.",
            "",
            "Parts (--scope): packages, repos, users, groups, services, config, kernel, locale, network, desktop, unmanaged.",
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Exit status: 0 all is in the configuration; 3 what is not is listed; 1 it failed, nothing was written;",
            "2 wrong usage.",
            "",
            "Examples:",
            "  sudo sourceos-import --from-debian",
            "  sourceos import --from-debian --root /mnt/old --output ./old-system",
            "  sourceos import --from-debian --dry-run --scope packages,users",
            "  sourceos import --from-debian --exclude '/opt/**' --exclude 'linux-image-*'",
            "  git -C ./old-system show import/study       what was found",
        })
public final class ImportCommand implements Callable<Integer> {
    private final CommandContext context;

    @ParentCommand
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private SourceOs parent;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(names = "--from-debian", required = true, description = "the kind of system: Debian, or one made of it")
    @SuppressWarnings("UnusedVariable") // there is one kind so far; the word leaves room for others
    private boolean fromDebian;

    @Option(
            names = "--root",
            paramLabel = "DIR",
            description = "the folder that is the system's / (this one if not said)")
    private Path root = Path.of("/");

    @Option(
            names = "--output",
            paramLabel = "REPO",
            description = "the configuration repository; begun as `sourceos init` does if it is not there")
    private @Nullable Path output;

    @Option(names = "--dry-run", description = "write nothing, list what would be written")
    private boolean dryRun;

    @Option(
            names = "--scope",
            split = ",",
            paramLabel = "PART",
            completionCandidates = Parts.class,
            description = "only these parts")
    private List<String> scope = new ArrayList<>();

    @Option(
            names = "--exclude",
            paramLabel = "GLOB",
            description = "leave out what has this path, or packages and units of this name; may be repeated")
    private List<String> exclude = new ArrayList<>();

    @Option(names = "--strict", description = "write nothing unless everything can be taken over")
    private boolean strict;

    @Option(names = "--json", description = "what was found and written, as JSON")
    private boolean json;

    ImportCommand(CommandContext context) {
        this.context = context;
    }

    /** What a shell completes. */
    private static final class Parts implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return EnumSet.allOf(Scope.class).stream().map(Scope::word).iterator();
        }
    }

    @Override
    public Integer call() throws Exception {
        Set<Scope> scopes = scopes();
        Path repository = output == null
                ? parent.places().config()
                : context.directory().resolve(output).normalize();
        Path from = context.directory().resolve(root).normalize();
        DebianImport.Result result = new DebianImport(from, scopes, exclude, recipes()).read(context.cancellation());
        Path scratch = Files.createTempDirectory("sourceos-import-");
        try {
            check(result, scratch);
            ImportReport report = new ImportReport(context, from, repository, "import/" + result.hostname(), result);
            if (strict && !result.complete()) {
                report.refuse();
                return ExitCode.FAILED.status();
            }
            if (dryRun) {
                report.wouldWrite(json);
            } else {
                Committed committed = write(result, repository, scratch);
                report.written(committed, json);
            }
            return (result.complete() ? ExitCode.DONE : ExitCode.INCOMPLETE).status();
        } finally {
            Directories.remove(scratch);
        }
    }

    private Committed write(DebianImport.Result result, Path repository, Path scratch)
            throws IOException, RequestFailedException {
        Git git = new Git(context.environment(), result.hostname());
        if (!Files.isDirectory(repository)
                || !git.succeeds(repository, context.cancellation(), "rev-parse", "--git-dir")) {
            FirstConfiguration.begin(context, repository);
        }
        ImportBranch branch =
                new ImportBranch(repository, "import/" + result.hostname(), scratch, git, context.cancellation());
        branch.check();
        return branch.commit(result.files(), "Import the Debian system " + result.hostname());
    }

    private Set<Scope> scopes() {
        if (scope.isEmpty()) {
            return EnumSet.allOf(Scope.class);
        }
        Set<Scope> scopes = EnumSet.noneOf(Scope.class);
        List<String> words =
                EnumSet.allOf(Scope.class).stream().map(Scope::word).toList();
        for (String word : scope) {
            scopes.add(Scope.of(word.strip())
                    .orElseThrow(() -> new CommandLine.ParameterException(
                            spec.commandLine(),
                            "there is no part " + word
                                    + Suggestions.didYouMean(word, words)
                                            .map(question -> ": " + question)
                                            .orElse("")
                                    + "\nThe parts are: " + String.join(", ", words))));
        }
        return scopes;
    }

    private SortedSet<String> recipes() throws Exception {
        // The kernel is no program, and has its own option.
        SortedSet<String> names =
                new TreeSet<>(Catalogues.of(context, List.of()).names());
        names.removeIf(name -> name.startsWith("linux"));
        return names;
    }

    /** What comes out must be usable as it is: a mistake in it is ours, and nothing is written then. */
    private void check(DebianImport.Result result, Path scratch) throws Exception {
        Path folder = scratch.resolve("check");
        for (Map.Entry<String, KeptFile> file : result.files().entrySet()) {
            if (file.getKey().endsWith(".source.nix") && !file.getKey().contains("/")) {
                Files.createDirectories(folder);
                Files.write(folder.resolve(file.getKey()), file.getValue().content());
            }
        }
        ConfigurationFolder configuration = new ConfigurationFolder(folder, folder.resolve(ConfigurationFiles.ENTRY));
        var reader = configuration.reader(context, configuration.packages(context));
        try (Cancellation.Registration cancelled = context.cancellation().onCancel(reader::cancel)) {
            reader.read(configuration.entry().toString());
        } catch (ConfigException | EvalException e) {
            context.cancellation().throwIfCancelled();
            throw new ImportException(
                    "what was read of " + root + " makes no configuration that can be used, which is a mistake of ours;"
                            + " nothing was written. --scope and --exclude can leave out what is in the way:\n"
                            + e.getMessage(),
                    e);
        }
    }
}
