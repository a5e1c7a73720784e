package org.sourceos.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.sourceos.cli.progress.Progress;
import org.sourceos.host.Directories;
import org.sourceos.host.ProcessRunner;
import org.sourceos.importer.plan.PackageIndex;
import org.sourceos.importer.plan.SourcePackage;
import org.sourceos.importer.plan.SourcePlan;
import org.sourceos.importer.plan.SourcePlan.Extent;
import org.sourceos.rebuild.apt.AptHost;
import org.sourceos.rebuild.apt.AptState;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code sourceos convert}: from an installed Debian package to a program of ours; so far, what that would take. */
@Command(
        name = "convert",
        header = "Plan the building of Debian packages from source.",
        description = {
            "Says which source packages have to be built for the named ones, in which order, where they need each other and"
                    + " which of Debian's binary packages stand in there, and roughly how long it takes. Nothing is built.",
            "Converting a package itself is not in this version yet.",
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Exit status: 0 planned; 1 apt's lists cannot be read; 2 wrong usage, or there is no such package.",
            "",
            "Examples:",
            "  sourceos-convert --plan jq",
            "  sourceos-convert --plan --with-tools hello     compilers, documentation tools and all",
            "  sourceos-convert --plan --json firefox-esr | jq .order",
        })
final class ConvertCommand implements Callable<Integer> {
    private static final int SHOWN = 12;

    /** Of the machines that we make, as dpkg calls it. */
    private static final String ARCHITECTURE = "amd64";

    private final CommandContext context;

    @ParentCommand
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private SourceOs parent;

    @Option(names = "--plan", description = "say what building them takes")
    private boolean plan;

    @Option(names = "--with-tools", description = "build what they are built with, too")
    private boolean withTools;

    @Option(names = "--json", description = "the whole plan as JSON")
    private boolean json;

    @Parameters(arity = "1..*", paramLabel = "NAME", description = "source or binary packages of Debian")
    private List<String> names = List.of();

    ConvertCommand(CommandContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws Exception {
        if (!plan) {
            throw new UsageException("convert: converting an installed program is not in this version ("
                    + SourceOs.Version.NUMBER + ") yet; `sourceos-convert --plan " + String.join(" ", names)
                    + "` says what building takes");
        }
        PackageIndex index = index();
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
        context.out().print(json ? json(made) + "\n" : text(made));
        return ExitCode.DONE.status();
    }

    private PackageIndex index() throws Exception {
        Path scratch = Files.createTempDirectory("sourceos-plan-");
        try (Progress progress = Progress.of(context, false, null)) {
            AptState apt = AptState.ofAllSources(
                    parent.places().state().resolve("apt"),
                    AptHost.ofThisMachine(),
                    new ProcessRunner(),
                    context.clock());
            PackageIndex index = new PackageIndex(ARCHITECTURE);
            for (Path file : apt.indexes(scratch, progress.listener(), context.cancellation())) {
                try (BufferedReader reader = Files.newBufferedReader(file, StandardCharsets.ISO_8859_1);
                        Stream<String> lines = reader.lines().map(line -> line + "\n")) {
                    add(index, file, lines.iterator());
                }
            }
            return index;
        } finally {
            Directories.remove(scratch);
        }
    }

    private static void add(PackageIndex index, Path file, Iterator<String> lines) throws IOException {
        if (file.toString().endsWith(".Packages")) {
            index.addPackages(lines);
        } else {
            index.addSources(lines);
        }
    }

    private String text(SourcePlan made) {
        StringBuilder text = new StringBuilder();
        text.append(made.order().size()).append(" source packages, in this order:\n");
        List<String> order = made.order().stream()
                .map(source -> source.name() + " " + source.version())
                .toList();
        some(order).forEach(line -> text.append("  ").append(line).append('\n'));
        if (!made.cycles().isEmpty()) {
            text.append(made.cycles().size()).append(" circles of packages that need each other:\n");
            for (List<String> cycle : made.cycles()) {
                text.append("  ")
                        .append(cycle.size())
                        .append(": ")
                        .append(String.join(" ", some(cycle)))
                        .append('\n');
            }
            text.append("There, Debian's own ")
                    .append(made.cuts().size())
                    .append(" binary packages stand in at first: ")
                    .append(String.join(" ", some(List.copyOf(made.cuts().keySet()))))
                    .append('\n');
        }
        made.missing()
                .forEach((who, what) -> text.append(who)
                        .append(" needs what no package has: ")
                        .append(String.join(", ", what))
                        .append('\n'));
        return text.append("Roughly ")
                .append(hours(made.estimate().time()))
                .append(" one after the other, ")
                .append(made.estimate().download() >> 20)
                .append(" MiB to fetch, ")
                .append(made.estimate().disk() >> 20)
                .append(" MiB of disk; nothing of it was measured\n")
                .toString();
    }

    private static List<String> some(List<String> all) {
        return all.size() <= SHOWN
                ? all
                : Stream.concat(
                                all.stream().limit(SHOWN),
                                Stream.of("… and " + (all.size() - SHOWN) + " more (--json)"))
                        .toList();
    }

    private static String hours(Duration time) {
        return time.toHours() > 0 ? time.toHours() + " h " + time.toMinutesPart() + " min" : time.toMinutes() + " min";
    }

    private static String json(SourcePlan made) {
        JsonObject all = new JsonObject();
        JsonArray order = new JsonArray();
        for (SourcePackage source : made.order()) {
            JsonObject one = new JsonObject();
            one.addProperty("name", source.name());
            one.addProperty("version", source.version());
            one.addProperty("bytes", source.bytes());
            order.add(one);
        }
        all.add("order", order);
        JsonArray cycles = new JsonArray();
        for (List<String> cycle : made.cycles()) {
            JsonArray names = new JsonArray();
            cycle.forEach(names::add);
            cycles.add(names);
        }
        all.add("cycles", cycles);
        JsonObject cuts = new JsonObject();
        made.cuts().forEach(cuts::addProperty);
        all.add("cuts", cuts);
        JsonObject missing = new JsonObject();
        made.missing().forEach((who, what) -> missing.addProperty(who, String.join(", ", what)));
        all.add("missing", missing);
        all.addProperty("download_bytes", made.estimate().download());
        all.addProperty("disk_bytes", made.estimate().disk());
        all.addProperty("seconds", made.estimate().time().toSeconds());
        return all.toString();
    }
}
