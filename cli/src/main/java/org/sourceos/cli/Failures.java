package org.sourceos.cli;

import java.io.IOException;
import java.util.concurrent.CancellationException;
import org.sourceos.config.ConfigException;
import org.sourceos.gitstore.StoreException;
import org.sourceos.hooks.server.ServerException;
import org.sourceos.host.IoReason;
import org.sourceos.importer.ImportException;
import org.sourceos.launcher.LaunchException;
import org.sourceos.rebuild.RebuildException;

/** The one table from what can go wrong to what is said and which status is returned. */
final class Failures {
    private Failures() {}

    /**
     * Says what went wrong and gives the exit status.
     *
     * @param run whether the command is {@code run}, whose own failures are all 125: every other status is the program's
     */
    static int report(CommandContext context, Exception failure, boolean run) {
        if (failure instanceof ServiceRequiredException) {
            // Said by who finds that no client can call it again.
            return ServiceRequiredException.STATUS;
        }
        context.err().println(text(context, failure));
        ExitCode code = codeOf(context, failure);
        return (run && code != ExitCode.INTERRUPTED ? ExitCode.RUN_FAILED : code).status();
    }

    private static ExitCode codeOf(CommandContext context, Exception failure) {
        if (context.cancellation().isCancelled() || failure instanceof CancellationException) {
            return ExitCode.INTERRUPTED;
        }
        if (failure instanceof ConfigException || failure instanceof UsageException) {
            return ExitCode.UNUSABLE;
        }
        if (failure instanceof RefusedException) {
            return ExitCode.REFUSED;
        }
        if (failure instanceof RebuildException rebuild) {
            return switch (rebuild.kind()) {
                case UNUSABLE -> ExitCode.UNUSABLE;
                case FETCH_FAILED, GONE, STORE -> ExitCode.FAILED;
                case HASH_MISMATCH -> ExitCode.HASH_MISMATCH;
                case BUILD_FAILED -> ExitCode.BUILD_FAILED;
                case TIMED_OUT -> ExitCode.TIMED_OUT;
                case NOT_REPRODUCIBLE -> ExitCode.NOT_REPRODUCIBLE;
                case REVERTED -> ExitCode.REVERTED;
                case REVERT_FAILED -> ExitCode.REVERT_FAILED;
            };
        }
        return ExitCode.FAILED;
    }

    private static String text(CommandContext context, Exception failure) {
        if (context.cancellation().isCancelled() || failure instanceof CancellationException) {
            return "sourceos: interrupted; what was finished is kept, nothing else was changed";
        }
        if (failure instanceof ConfigException) {
            return String.valueOf(failure.getMessage());
        }
        if (failure instanceof RebuildException
                || failure instanceof StoreException
                || failure instanceof LaunchException
                || failure instanceof ServerException
                || failure instanceof ImportException
                || failure instanceof UsageException
                || failure instanceof RequestFailedException
                || failure instanceof RefusedException) {
            return "sourceos: " + failure.getMessage();
        }
        if (failure instanceof IOException io) {
            return "sourceos: " + IoReason.of(io);
        }
        // A bug of ours: everything that helps to find it.
        StringBuilder text = new StringBuilder("sourceos: an error in SourceOS itself: " + failure);
        for (StackTraceElement frame : failure.getStackTrace()) {
            text.append("\n    at ").append(frame);
        }
        return text.toString();
    }
}
