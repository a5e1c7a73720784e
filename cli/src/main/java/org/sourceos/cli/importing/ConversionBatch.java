package org.sourceos.cli.importing;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import org.sourceos.cli.CommandContext;
import org.sourceos.cli.ExitCode;
import org.sourceos.cli.progress.Progress;
import org.sourceos.importer.convert.Journal;

/** Several conversions: what fails does not keep the others from being done, and in the end it is said what is what. */
final class ConversionBatch {
    private final CommandContext context;
    private final Conversions conversions;
    private final ConversionReport report;
    private final List<String> done = new ArrayList<>();
    private final Map<String, String> failed = new LinkedHashMap<>();

    ConversionBatch(CommandContext context, Conversions conversions, ConversionReport report) {
        this.context = context;
        this.conversions = conversions;
        this.report = report;
    }

    void failed(String name, Exception why) {
        context.cancellation().throwIfCancelled();
        failed.put(name, reason(why));
        context.err().println("sourceos: " + name + " is not converted: " + reason(why));
    }

    /** A mistake of ours does not keep the others from being done either, and says where it is. */
    private static String reason(Exception why) {
        return why instanceof RuntimeException && !(why instanceof UncheckedIOException)
                ? "an error in SourceOS itself: " + why + " (" + why.getStackTrace()[0] + ")"
                : String.valueOf(why.getMessage());
    }

    boolean nothingFailed() {
        return failed.isEmpty();
    }

    /**
     * @param again the words that go on with the rest after Ctrl-C
     * @param left what is not tried, and why
     */
    int convert(List<PreparedConversion> all, String again, Map<String, String> left) {
        int next = 0;
        for (PreparedConversion one : all) {
            context.err().println("sourceos: " + one.conversion().name() + ", " + ++next + " of " + all.size());
            try (Progress progress = Progress.of(context, false, null)) {
                report.converted(conversions.convert(one, progress.listener()));
                done.add(one.conversion().name());
            } catch (Exception e) {
                if (e instanceof CancellationException || context.cancellation().isCancelled()) {
                    interrupted(all.size(), again);
                    throw new CancellationException();
                }
                failed(one.conversion().name(), e);
            }
        }
        report.summary(done, failed, left);
        return (failed.isEmpty() && left.isEmpty() ? ExitCode.DONE : ExitCode.INCOMPLETE).status();
    }

    private void interrupted(int of, String again) {
        Path root = conversions.root();
        String program = "sourceos-convert " + (root.equals(Path.of("/")) ? "" : "--root " + root + " ");
        StringBuilder text = new StringBuilder("sourceos: ")
                .append(done.size())
                .append(" of ")
                .append(of)
                .append(" are converted");
        if (!done.isEmpty()) {
            text.append(" (" + String.join(", ", done) + ") and stay so; `")
                    .append(program + "--undo " + String.join(" ", done))
                    .append("` goes back");
        }
        context.err().println(text + "; `" + program + again + "` goes on with the rest");
    }

    /** The last first. What was finalized is left: without its machine there would be no program at all. */
    int undo(List<Journal.Entry> all) {
        for (int i = all.size() - 1; i >= 0; i--) {
            Journal.Entry entry = all.get(i);
            if (entry.phase() == Journal.Phase.FINALIZED) {
                failed.put(entry.name(), "Debian's package was removed; --undo " + entry.name() + " removes ours, too");
                context.err().println("sourceos: " + entry.name() + " stays: " + failed.get(entry.name()));
                continue;
            }
            context.cancellation().throwIfCancelled();
            try {
                report.undone(conversions.undo(entry.name()), conversions.root());
            } catch (Exception e) {
                context.cancellation().throwIfCancelled();
                failed.put(entry.name(), reason(e));
                context.err().println("sourceos: " + entry.name() + " stays in its machine: " + reason(e));
            }
        }
        return (failed.isEmpty() ? ExitCode.DONE : ExitCode.INCOMPLETE).status();
    }
}
