package org.sourceos.cli.importing;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.sourceos.cli.CommandContext;
import org.sourceos.cli.ExitCode;
import org.sourceos.cli.SourceOs;
import org.sourceos.cli.UsageException;
import org.sourceos.cli.progress.Progress;
import org.sourceos.host.FileLock;
import org.sourceos.importer.convert.Fit;
import org.sourceos.importer.convert.Journal;
import org.sourceos.importer.convert.Shim;
import org.sourceos.importer.plan.PackageIndex;
import org.sourceos.importer.plan.SourcePlan;
import org.sourceos.importer.plan.SourcePlan.Extent;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code sourceos convert}: from an installed Debian package to a program in a machine, and back. */
@Command(
        name = "convert",
        header = "Let an installed Debian program run in a machine, built from its source; undo it.",
        description = {
            "Writes packages/NAME.source.toml from the package's source, builds it by Debian's own rules, and puts a command of"
                    + " ours in the place of each of its programs (dpkg-divert). Debian's package stays installed until"
                    + " --finalize, and --undo brings back every file as it was.",
            "Before anything is done it says what the program will see and what is lost; --dry-run ends there.",
            "",
            "--plan only says what building takes: which source packages, in which order, where they need each other and which"
                    + " of Debian's binary packages stand in there.",
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Exit status: 0 done; 3 done, but for what is listed; 4 nothing done, for a package is not convertible;",
            "2 wrong usage, or no such package; 100 the build failed; 1 something else did.",
            "",
            "Examples:",
            "  sudo sourceos-convert --dry-run nano",
            "  sudo sourceos-convert nano              `nano` runs in a machine from now on",
            "  sudo sourceos-convert --profile copy nano   … with a copy of the user's settings",
            "  sudo sourceos-convert --undo nano",
            "  sudo sourceos-convert --from-binary jq && sudo sourceos-convert --continue",
            "  sourceos-convert --list",
            "  sourceos-convert --plan --with-tools hello  compilers, documentation tools and all",
        })
public final class ConvertCommand implements Callable<Integer> {
    private final CommandContext context;

    @ParentCommand
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private SourceOs parent;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(names = "--plan", description = "only say what building from source takes")
    private boolean plan;

    @Option(names = "--with-tools", description = "with --plan: build what they are built with, too")
    private boolean withTools;

    @Option(names = "--dry-run", description = "say what would be done and lost, and do nothing")
    private boolean dryRun;

    @Option(names = "--undo", description = "bring Debian's own programs back, byte for byte")
    private boolean undo;

    @Option(names = "--list", description = "what is converted, how, and since when")
    private boolean list;

    @Option(names = "--all", description = "every program that was installed by hand and is wholly convertible")
    private boolean all;

    @Option(
            names = "--from-binary",
            description = "start with Debian's binary package at once; --continue builds from source later")
    private boolean fromBinary;

    @Option(names = "--continue", description = "build from source what was converted with --from-binary")
    private boolean resume;

    @Option(names = "--finalize", description = "remove Debian's package; --yes does it, without it is only said")
    private boolean finalizing;

    @Option(names = "--yes", description = "with --finalize: really remove it")
    private boolean yes;

    @Option(
            names = "--profile",
            paramLabel = "KIND",
            description = "what it sees of each user's dotfiles: fresh (nothing), copy (a copy of its own), share"
                    + " (default: ${DEFAULT-VALUE})",
            defaultValue = "fresh")
    private String profile = "fresh";

    @Option(
            names = "--root",
            paramLabel = "DIR",
            description = "the folder that is the system's / (this one if not said)")
    private Path root = Path.of("/");

    @Option(names = "--json", description = "plans, lists and results as JSON")
    private boolean json;

    @Parameters(arity = "0..*", paramLabel = "NAME", description = "packages of Debian")
    private List<String> names = List.of();

    ConvertCommand(CommandContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws Exception {
        try {
            return perform();
        } catch (UsageException e) {
            context.err().println("sourceos: " + e.getMessage());
            return ExitCode.UNUSABLE.status();
        }
    }

    private int perform() throws Exception {
        checkUsage();
        if (plan) {
            return planSources();
        }
        Path system = context.directory().resolve(root).normalize();
        if (!Files.isDirectory(system)) {
            throw new UsageException(
                    "convert: there is no folder " + system + "; --root names the one that is the system's /");
        }
        Conversions conversions = new Conversions(context, parent.places(), system, profile());
        ConversionReport report = new ConversionReport(context.out(), json);
        if (list) {
            report.list(conversions.journal().all(conversions.root()));
            return ExitCode.DONE.status();
        }
        Files.createDirectories(conversions.journal().lock().resolveSibling(""));
        try (FileLock alone = FileLock.acquire(
                conversions.journal().lock(),
                context.cancellation(),
                pid -> context.err().println("sourceos: waiting for process " + pid + ", which converts"))) {
            if (undo) {
                for (String name : names) {
                    report.undone(conversions.undo(name), conversions.root());
                }
                return ExitCode.DONE.status();
            }
            if (finalizing) {
                return finish(conversions, report);
            }
            return resume ? continueBuilding(conversions, report) : convert(conversions, report);
        }
    }

    private void checkUsage() throws UsageException {
        long ways = java.util.stream.Stream.of(plan, undo, list, finalizing, resume, all)
                .filter(way -> way)
                .count();
        if (ways > 1) {
            throw new UsageException(
                    "convert: --plan, --undo, --list, --finalize, --continue and --all do not go together; give one");
        }
        boolean withoutNames = list || resume || all;
        if (names.isEmpty() && !withoutNames) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(),
                    "Missing required parameter: 'NAME'; name a package, for instance: sourceos-convert --dry-run nano");
        }
        if (!names.isEmpty() && (list || all)) {
            throw new UsageException("convert: " + (list ? "--list" : "--all") + " takes no names");
        }
    }

    private Shim.Profile profile() throws UsageException {
        return switch (profile) {
            case "fresh" -> Shim.Profile.FRESH;
            case "copy" -> Shim.Profile.COPY;
            case "share" -> Shim.Profile.SHARE;
            default -> throw new UsageException("convert: --profile " + profile + ": there are fresh, copy and share");
        };
    }

    private int convert(Conversions conversions, ConversionReport report) throws Exception {
        List<Conversions.Prepared> all = new ArrayList<>();
        try (Progress progress = Progress.of(context, false, null)) {
            for (String name : this.all ? conversions.chosen() : names) {
                all.add(conversions.prepare(name, fromBinary, progress.listener()));
            }
        }
        if (this.all) {
            all.removeIf(one -> one.conversion().fit().grade() != Fit.Grade.CONVERTIBLE);
        }
        report.plans(all, profile);
        Fit.Grade worst = all.stream()
                .map(one -> one.conversion().fit().grade())
                .max(java.util.Comparator.naturalOrder())
                .orElse(Fit.Grade.CONVERTIBLE);
        if (worst == Fit.Grade.NOT_CONVERTIBLE) {
            return ExitCode.UNFIT.status();
        }
        if (!dryRun) {
            for (Conversions.Prepared one : all) {
                try (Progress progress = Progress.of(context, false, null)) {
                    report.converted(conversions.convert(one, progress.listener()));
                }
            }
        }
        return (worst == Fit.Grade.REDUCED ? ExitCode.INCOMPLETE : ExitCode.DONE).status();
    }

    private int continueBuilding(Conversions conversions, ConversionReport report) throws Exception {
        for (Journal.Entry entry : conversions.journal().all(conversions.root())) {
            if (entry.waiting() && (names.isEmpty() || names.contains(entry.name()))) {
                try (Progress progress = Progress.of(context, false, null)) {
                    report.converted(conversions.fromSource(entry, progress.listener()));
                }
            }
        }
        return ExitCode.DONE.status();
    }

    private int finish(Conversions conversions, ConversionReport report) throws Exception {
        for (String name : names) {
            if (yes) {
                report.finalized(conversions.remove(name));
            } else {
                conversions.removable(name);
                context.out()
                        .println("dpkg would remove " + name
                                + ", with its maintainer scripts; --undo could then only say which"
                                + " package to install again. Add --yes to do it");
            }
        }
        return (yes ? ExitCode.DONE : ExitCode.UNUSABLE).status();
    }

    private int planSources() throws Exception {
        PackageIndex index;
        try (Progress progress = Progress.of(context, false, null)) {
            index = AptLists.index(context, AptLists.state(context, parent.places()), progress.listener());
        }
        for (String name : names) {
            if (index.sourceOf(name).isEmpty()) {
                context.err()
                        .println("sourceos: apt's sources have no source package for '" + name
                                + "'; check the name (`apt-cache search " + name + "`)");
                return ExitCode.UNUSABLE.status();
            }
        }
        SourcePlan made =
                SourcePlan.of(index, names, withTools ? Extent.TOOLS : Extent.PROGRAMS, context.cancellation());
        context.out().print(json ? SourcePlanReport.json(made) + "\n" : SourcePlanReport.text(made));
        return ExitCode.DONE.status();
    }
}
