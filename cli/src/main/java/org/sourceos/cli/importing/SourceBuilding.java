package org.sourceos.cli.importing;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import org.sourceos.cli.CommandContext;
import org.sourceos.cli.ExitCode;
import org.sourceos.cli.UsageException;
import org.sourceos.cli.progress.Progress;
import org.sourceos.host.Directories;
import org.sourceos.host.FileLock;
import org.sourceos.importer.convert.Journal;

/**
 * {@code --continue}: builds from source what waits for it, one after the other, and lets the commands run that. Others may
 * convert and undo while it builds; only the swap keeps them waiting.
 */
final class SourceBuilding {
    private final CommandContext context;
    private final Conversions conversions;
    private final ConversionReport report;
    private final SourceQueue queue;

    SourceBuilding(CommandContext context, Conversions conversions, ConversionReport report) {
        this.context = context;
        this.conversions = conversions;
        this.report = report;
        this.queue = new SourceQueue(conversions.journal(), context.clock());
    }

    /**
     * @param names only these; all if there are none
     * @param dueOnly not what failed a short time ago
     */
    int run(List<String> names, boolean dueOnly) throws Exception {
        checkNames(names);
        Files.createDirectories(conversions.journal().buildLock().resolveSibling(""));
        try (FileLock alone = FileLock.acquire(
                conversions.journal().buildLock(),
                context.cancellation(),
                pid -> context.err().println("sourceos: waiting for process " + pid + ", which builds from source"))) {
            List<Journal.Entry> todo = new ArrayList<>();
            for (Journal.Entry entry : conversions.journal().all(conversions.root())) {
                boolean wanted = names.isEmpty() || names.contains(entry.name());
                boolean waits = entry.waiting() && entry.phase() == Journal.Phase.DONE;
                if (wanted && waits && (!dueOnly || queue.due(entry))) {
                    todo.add(entry);
                }
            }
            return todo.size() == 1 ? buildOnly(todo.get(0)) : buildAll(todo);
        }
    }

    private int buildOnly(Journal.Entry entry) throws Exception {
        buildAndSwap(entry);
        return ExitCode.DONE.status();
    }

    private int buildAll(List<Journal.Entry> todo) throws IOException {
        ExitCode code = ExitCode.DONE;
        for (Journal.Entry entry : todo) {
            try {
                buildAndSwap(entry);
            } catch (CancellationException e) {
                throw e;
            } catch (Exception e) {
                context.cancellation().throwIfCancelled();
                context.err()
                        .println("sourceos: " + entry.name() + " stays Debian's binary in its machine: "
                                + e.getMessage());
                code = ExitCode.INCOMPLETE;
            }
        }
        return code.status();
    }

    private void checkNames(List<String> names) throws IOException, UsageException {
        for (String name : names) {
            Journal.Entry entry = conversions.converted(name);
            if (!entry.waiting()) {
                throw new UsageException(name + " is built from source already");
            }
        }
    }

    private void buildAndSwap(Journal.Entry entry) throws Exception {
        Optional<SourceQueue.Tried> before = queue.tried(entry);
        queue.begin(entry);
        try (Progress progress = Progress.of(context, false, null)) {
            PreparedConversion built = conversions.buildFromSource(entry, progress.listener());
            try (FileLock alone = conversions.lock()) {
                Optional<Journal.Entry> now = conversions.journal().find(conversions.root(), entry.name());
                if (now.filter(one -> one.waiting() && one.phase() == Journal.Phase.DONE)
                        .isPresent()) {
                    report.swapped(conversions.swap(now.get(), built));
                } else {
                    // Undone meanwhile.
                    Directories.remove(conversions.journal().building(entry));
                }
            }
            queue.forget(entry, Optional.empty());
        } catch (Exception e) {
            if (e instanceof CancellationException || context.cancellation().isCancelled()) {
                queue.forget(entry, before);
            } else if (conversions
                    .journal()
                    .find(conversions.root(), entry.name())
                    .isEmpty()) {
                queue.forget(entry, Optional.empty());
            } else {
                queue.failed(entry, e);
            }
            throw e;
        }
    }
}
