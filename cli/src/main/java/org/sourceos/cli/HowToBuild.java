package org.sourceos.cli;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.sourceos.cli.progress.Progress;
import picocli.CommandLine.Option;

/** What can be said of building to every command that builds. */
public abstract class HowToBuild {
    @Option(names = "--offline", description = "fail rather than fetch")
    protected boolean offline;

    @Option(names = "--keep-failed", description = "keep the tree of a build that failed, and say where it is")
    protected boolean keepFailed;

    @Option(
            names = "--json",
            description = "results as JSON on standard output, progress as JSON lines on standard error")
    protected boolean json;

    @Option(names = "--progress-fd", paramLabel = "FD", description = "progress as JSON lines to this descriptor too")
    protected @Nullable Integer progressFd;

    /** Says how far things are, until it is closed. */
    public final Progress progress(CommandContext context) throws IOException {
        return Progress.of(context, json, progressFd);
    }
}
