package org.sourceos.cli.importing;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.sourceos.cli.CommandContext;
import org.sourceos.cli.ExitCode;
import org.sourceos.cli.Places;
import org.sourceos.cli.Resident;
import org.sourceos.cli.SourceOs;
import org.sourceos.cli.UsageException;
import org.sourceos.cli.User;
import org.sourceos.cli.progress.Progress;
import org.sourceos.host.Cancellation;
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
            "Before anything is done it says what the program will see and what is lost, and asks if that is on a terminal;"
                    + " --dry-run ends there, --yes goes on.",
            "",
            "--from-binary starts with Debian's own binary at once. The resident service builds the source in the background,"
                    + " at the lowest priority, and the machine changes over when that is done; --list says how far it is.",
            "",
            "--all goes on when one of them fails, and says in the end what is converted and what is not. Ctrl-C leaves what"
                    + " is done; the same command goes on with the rest.",
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
            "  sudo sourceos-convert --from-binary jq      at once; built from source in the background",
            "  sudo sourceos-convert --continue jq         … now, where no service runs or it failed",
            "  sudo sourceos-convert --all --dry-run       what it would be, in which order, how long it takes",
            "  sudo sourceos-convert --undo --all",
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

    @Option(
            names = "--all",
            description = "every program that was installed by hand and is wholly convertible; with --undo all that are"
                    + " converted")
    private boolean all;

    @Option(
            names = "--from-binary",
            description = "start with Debian's binary package at once; it is built from source in the background")
    private boolean fromBinary;

    @Option(names = "--continue", description = "build from source now what was converted with --from-binary")
    private boolean resume;

    @Option(names = "--due", hidden = true, description = "with --continue: not what failed a short time ago")
    private boolean due;

    @Option(names = "--finalize", description = "remove Debian's package; --yes does it, without it is only said")
    private boolean finalizing;

    @Option(names = "--yes", description = "ask nothing; with --finalize: really remove it")
    private boolean yes;

    @Option(names = "--names", hidden = true, description = "with --list: names only, for completion")
    private boolean namesOnly;

    @Option(
            names = "--profile",
            paramLabel = "KIND",
            completionCandidates = Profiles.class,
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

    /** What a shell completes. */
    private static final class Profiles implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return List.of("fresh", "copy", "share").iterator();
        }
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
            throw new UsageException("there is no folder " + system + "; --root names the one that is the system's /");
        }
        Conversions conversions = new Conversions(context, parent.places(), system, profile());
        ConversionReport report = new ConversionReport(context, json);
        if (list) {
            return list(conversions, report);
        }
        if (!dryRun) {
            List<String> said = spec.commandLine().getParseResult().originalArgs();
            conversions.checkRights(String.join(" ", said.subList(said.indexOf("convert") + 1, said.size())));
        }
        if (resume) {
            return new SourceBuilding(context, conversions, report).run(names, due);
        }
        if (dryRun) {
            // It changes nothing, and would wait for a conversion that runs: an hour, where that builds a large
            // program.
            return convert(conversions, report);
        }
        try (FileLock alone = conversions.lock()) {
            if (undo) {
                return undo(conversions, report);
            }
            return finalizing ? finish(conversions, report) : convert(conversions, report);
        } finally {
            context.resident().filter(service -> fromBinary).ifPresent(this::buildInBackground);
        }
    }

    private void buildInBackground(Resident service) {
        service.keep(
                        BackgroundBuilds.class,
                        () -> new BackgroundBuilds(context.withCancellation(new Cancellation()), line -> {}))
                .watch(parent.places());
    }

    private int list(Conversions conversions, ConversionReport report) throws Exception {
        List<Journal> journals = new ArrayList<>(List.of(conversions.journal()));
        boolean own = context.environment().getOrDefault("SOURCEOS_STATE", "").isEmpty();
        if (own && !User.isRoot()) {
            // What the administrator converted concerns everybody.
            journals.add(new Journal(Places.of(context, true, null, null).state()));
        }
        if (namesOnly) {
            for (Journal journal : journals) {
                journal.all(conversions.root()).forEach(entry -> context.out().println(entry.name()));
            }
        } else {
            report.list(journals, conversions.root());
        }
        return ExitCode.DONE.status();
    }

    private void checkUsage() throws UsageException {
        long ways = java.util.stream.Stream.of(plan, undo, list, finalizing, resume)
                .filter(way -> way)
                .count();
        if (ways > 1) {
            throw new UsageException("--plan, --undo, --list, --finalize and --continue do not go together; give one");
        }
        if (all && (list || finalizing || resume)) {
            throw new UsageException("--all goes with --dry-run, --from-binary, --plan and --undo; "
                    + (finalizing ? "name what is to be removed" : "without it, all is meant already"));
        }
        boolean withoutNames = list || resume || all;
        if (names.isEmpty() && !withoutNames) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(),
                    "Missing required parameter: 'NAME'; name a package, for instance: sourceos-convert --dry-run nano");
        }
        if (!names.isEmpty() && (list || all)) {
            throw new UsageException((list ? "--list" : "--all") + " takes no names");
        }
        if (fromBinary && (ways > 0)) {
            throw new UsageException("--from-binary is a way to convert; it does not go with the others");
        }
        if (dryRun && (undo || finalizing || resume)) {
            throw new UsageException("--dry-run says what a conversion would do; "
                    + (finalizing ? "--finalize without --yes says what it would" : "--list says what is converted"));
        }
    }

    private Shim.Profile profile() throws UsageException {
        return switch (profile) {
            case "fresh" -> Shim.Profile.FRESH;
            case "copy" -> Shim.Profile.COPY;
            case "share" -> Shim.Profile.SHARE;
            default -> throw new UsageException("--profile " + profile + ": there are fresh, copy and share");
        };
    }

    private int convert(Conversions conversions, ConversionReport report) throws Exception {
        Consent consent = new Consent(context, yes);
        if (all) {
            return new ConvertAll(context, conversions, report).run(fromBinary, dryRun, profile, consent);
        }
        List<PreparedConversion> prepared = new ArrayList<>();
        try (Progress progress = Progress.of(context, false, null)) {
            for (String name : names) {
                Optional<Journal.Entry> settled = dryRun ? Optional.empty() : conversions.settle(name);
                if (settled.isPresent()) {
                    report.converted(settled.get());
                } else {
                    prepared.add(conversions.preparation().prepare(name, fromBinary, progress.listener()));
                }
            }
        }
        report.plans(prepared, profile);
        Fit.Grade worst = prepared.stream()
                .map(one -> one.conversion().fit().grade())
                .max(java.util.Comparator.naturalOrder())
                .orElse(Fit.Grade.CONVERTIBLE);
        if (worst == Fit.Grade.NOT_CONVERTIBLE) {
            return ExitCode.UNFIT.status();
        }
        ExitCode code = worst == Fit.Grade.REDUCED ? ExitCode.INCOMPLETE : ExitCode.DONE;
        if (dryRun || prepared.isEmpty()) {
            return code.status();
        }
        if (!consent.to("Convert " + (prepared.size() == 1 ? "it" : "these " + prepared.size()))) {
            return ExitCode.FAILED.status();
        }
        if (prepared.size() > 1) {
            int status = new ConversionBatch(context, conversions, report)
                    .convert(prepared, String.join(" ", names), Map.of());
            return Math.max(status, code.status());
        }
        try (Progress progress = Progress.of(context, false, null)) {
            report.converted(conversions.convert(prepared.get(0), progress.listener()));
        }
        return code.status();
    }

    private int undo(Conversions conversions, ConversionReport report) throws Exception {
        if (all) {
            List<Journal.Entry> entries = new ArrayList<>(conversions.journal().all(conversions.root()));
            entries.sort(java.util.Comparator.comparing(Journal.Entry::since));
            return new ConversionBatch(context, conversions, report).undo(entries);
        }
        for (String name : names) {
            report.undone(conversions.undo(name), conversions.root());
        }
        return ExitCode.DONE.status();
    }

    private int finish(Conversions conversions, ConversionReport report) throws Exception {
        for (String name : names) {
            if (yes) {
                report.finalized(conversions.remove(name));
            } else {
                boolean waits = conversions.removable(name).waiting();
                context.out()
                        .println("dpkg would remove " + name
                                + ", with its maintainer scripts; --undo could then only say which"
                                + " package to install again. Add --yes to do it"
                                + (waits
                                        ? "; its machine would run Debian's binary from then on, for the build from"
                                                + " source has not been made yet"
                                        : ""));
            }
        }
        return (yes ? ExitCode.DONE : ExitCode.UNUSABLE).status();
    }

    private int planSources() throws Exception {
        PackageIndex index;
        try (Progress progress = Progress.of(context, false, null)) {
            index = AptLists.index(context, AptLists.state(context, parent.places()), progress.listener());
        }
        List<String> wanted = new ArrayList<>(names);
        if (all) {
            Path system = context.directory().resolve(root).normalize();
            wanted.addAll(new Conversions(context, parent.places(), system, profile())
                    .preparation()
                    .chosen());
            wanted.removeIf(name -> index.sourceOf(name).isEmpty());
        }
        for (String name : wanted) {
            if (index.sourceOf(name).isEmpty()) {
                context.err()
                        .println("sourceos: apt's sources have no source package for '" + name
                                + "'; check the name (`apt-cache search " + name + "`)");
                return ExitCode.UNUSABLE.status();
            }
        }
        SourcePlan made =
                SourcePlan.of(index, wanted, withTools ? Extent.TOOLS : Extent.PROGRAMS, context.cancellation());
        context.out().print(json ? SourcePlanReport.json(made) + "\n" : SourcePlanReport.text(made));
        return ExitCode.DONE.status();
    }
}
