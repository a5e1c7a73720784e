package org.sourceos.cli.importing;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sourceos.cli.CommandContext;
import org.sourceos.cli.ExitCode;
import org.sourceos.cli.UsageException;
import org.sourceos.cli.progress.Progress;
import org.sourceos.importer.convert.Conversion;
import org.sourceos.importer.convert.Fit;
import org.sourceos.importer.convert.InstalledSystem;
import org.sourceos.importer.convert.Journal;
import org.sourceos.importer.plan.PackageIndex;
import org.sourceos.importer.plan.SourcePackage;
import org.sourceos.importer.plan.SourcePlan;

/** {@code --all}: which programs, in which order, at what expense; then one after the other. */
final class ConvertAll {
    private final CommandContext context;
    private final Conversions conversions;
    private final ConversionReport report;
    private final ConversionBatch batch;
    private final Map<String, String> left = new LinkedHashMap<>();

    ConvertAll(CommandContext context, Conversions conversions, ConversionReport report) {
        this.context = context;
        this.conversions = conversions;
        this.report = report;
        this.batch = new ConversionBatch(context, conversions, report);
    }

    int run(boolean fromBinary, boolean dryRun, String profile, Consent consent) throws Exception {
        List<PreparedConversion> all = new ArrayList<>();
        Optional<SourcePlan> plan = Optional.empty();
        Optional<Forecast> forecast = Optional.empty();
        try (Progress progress = Progress.of(context, false, null)) {
            if (!dryRun) {
                finishInterrupted();
            }
            for (String name : suitable(conversions.preparation().chosen())) {
                try {
                    all.add(conversions.preparation().prepare(name, fromBinary, progress.listener()));
                } catch (Exception e) {
                    batch.failed(name, e);
                }
            }
            if (!fromBinary && !all.isEmpty()) {
                PackageIndex index = conversions.preparation().index(progress.listener());
                List<String> names =
                        all.stream().map(one -> one.conversion().name()).toList();
                plan = Optional.of(SourcePlan.of(index, names, SourcePlan.Extent.NAMED, context.cancellation()));
                all = ordered(all, plan.get());
                forecast = Optional.of(conversions.forecast(index, all));
            }
        }
        report.shortPlans(all, profile);
        report.extent(all, left, plan, forecast);
        if (dryRun) {
            return (left.isEmpty() && batch.nothingFailed() ? ExitCode.DONE : ExitCode.INCOMPLETE).status();
        }
        if (!all.isEmpty() && !consent.to("Convert " + (all.size() == 1 ? "it" : "these " + all.size()))) {
            return ExitCode.FAILED.status();
        }
        return batch.convert(all, "--all" + (fromBinary ? " --from-binary" : ""), left);
    }

    private void finishInterrupted() throws Exception {
        for (Journal.Entry entry : conversions.journal().all(conversions.root())) {
            if (entry.phase() == Journal.Phase.BEGUN || entry.phase() == Journal.Phase.UNDOING) {
                try {
                    conversions.settle(entry.name()).ifPresent(report::converted);
                } catch (UsageException e) {
                    batch.failed(entry.name(), e);
                }
            }
        }
    }

    /** Those that are wholly convertible; a package without a program is not missed. */
    private List<String> suitable(List<String> names) throws Exception {
        List<String> suitable = new ArrayList<>();
        // Read once: five hundred programs are chosen soon, and dpkg's status has megabytes.
        InstalledSystem system = conversions.preparation().system();
        conversions.preparation().base(system);
        for (String name : names) {
            context.cancellation().throwIfCancelled();
            Conversion one = conversions.preparation().look(system, name);
            if (one.fit().grade() == Fit.Grade.CONVERTIBLE) {
                suitable.add(name);
            } else if (!one.commands().isEmpty()) {
                boolean reduced = one.fit().grade() == Fit.Grade.REDUCED;
                left.put(
                        name,
                        (reduced ? "which would lose something: " : "not convertible: ")
                                + one.fit().reasons().get(0));
            }
        }
        return suitable;
    }

    private static List<PreparedConversion> ordered(List<PreparedConversion> all, SourcePlan plan) {
        List<String> order = plan.order().stream().map(SourcePackage::name).toList();
        List<PreparedConversion> sorted = new ArrayList<>(all);
        sorted.sort(java.util.Comparator.comparingInt(
                one -> order.indexOf(one.conversion().of().source())));
        return sorted;
    }
}
