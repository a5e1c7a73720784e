package org.sourceos.cli;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.sourceos.cli.progress.Progress;
import picocli.CommandLine.Option;

/** What can be said of building, by {@code build} and by {@code run}, which builds first. */
final class BuildOptions {
    @Option(names = "--features", paramLabel = "A,B", description = "features of the recipe to switch on")
    @Nullable String features;

    @Option(names = "--offline", description = "fail rather than fetch")
    boolean offline;

    @Option(names = "--keep-failed", description = "keep the tree of a build that failed, and say where it is")
    boolean keepFailed;

    @Option(names = "--dry-run", description = "print what would be done; do nothing")
    boolean dryRun;

    @Option(names = "--explain", description = "print which inputs changed since the last build; do nothing")
    boolean explain;

    @Option(
            names = "--json",
            description = "results as JSON on standard output, progress as JSON lines on standard error")
    boolean json;

    @Option(names = "--progress-fd", paramLabel = "FD", description = "progress as JSON lines to this descriptor too")
    @Nullable Integer progressFd;

    /** Says how far things are, until it is closed. */
    Progress progress(CommandContext context) throws IOException {
        return Progress.of(context, json, progressFd);
    }
}
