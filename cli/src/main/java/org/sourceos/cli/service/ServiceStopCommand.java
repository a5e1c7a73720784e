package org.sourceos.cli.service;

import java.util.Optional;
import java.util.concurrent.Callable;
import org.sourceos.cli.CommandContext;
import org.sourceos.cli.ExitCode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code sourceos service stop}: done by the service itself. */
@Command(
        name = "stop",
        header = "End the resident service once the calls under way have ended.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "The next command starts a new one. Exit status: 0, also if there was none.",
            "",
            "Examples:",
            "  sourceos service stop",
            "  sourceos service stop --now      calls under way are hung up"
        })
final class ServiceStopCommand implements Callable<Integer> {
    private final CommandContext context;

    @Option(names = "--now", description = "hang up the calls under way")
    private boolean now;

    ServiceStopCommand(CommandContext context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        if (context.resident().isPresent() && context.resident().get() instanceof CallResident resident) {
            if (now) {
                resident.service().stopNow(Optional.of(resident.call()));
            } else {
                resident.service().stop();
            }
        } else {
            context.err().println("sourceos: no service of this build runs (one of another build ends by itself)");
        }
        return ExitCode.DONE.status();
    }
}
