package org.sourceos.cli.machine;

import java.io.IOException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.sourceos.cli.CommandContext;
import org.sourceos.cli.ExitCode;
import org.sourceos.cli.UsageException;
import org.sourceos.launcher.LaunchException;
import org.sourceos.launcher.machine.LogReader;
import org.sourceos.launcher.machine.MachineStatus;
import org.sourceos.launcher.machine.Machines;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sourceos logs}. */
@Command(
        name = "logs",
        header = "Show what a machine's program has said.",
        description = {
            "Standard output and error as they came. The log has a bound: of a program that says more, the",
            "newest is kept. Lines that begin with [sourceos: are ours.",
        },
        mixinStandardHelpOptions = true,
        footer = {"", "Examples:", "  sourceos logs web", "  sourceos logs -f -n 20 web"})
public final class LogsCommand extends MachineSubcommand implements Callable<Integer> {
    private static final int GLANCE_MILLIS = 100;

    @Parameters(index = "0", paramLabel = "MACHINE", description = "its name, id, or the beginning of its id")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private String name;

    @Option(
            names = {"-f", "--follow"},
            description = "go on with what comes, until the machine has ended")
    private boolean follow;

    @Option(
            names = {"-n", "--lines"},
            paramLabel = "N",
            description = "only so many lines from the end")
    private @Nullable Integer lines;

    LogsCommand(CommandContext context) {
        super(context);
    }

    @Override
    public Integer call() throws Exception {
        if (lines != null && lines < 0) {
            throw new UsageException("-n " + lines + ": not a number of lines");
        }
        MachineStatus machine = named(name);
        try (LogReader reader = LogReader.open(machine.log())) {
            if (lines != null) {
                reader.skipToLast(lines);
            }
            boolean more = follow;
            do {
                // Asked before what is there is read: what comes between the two is not lost then.
                more = more && isLive(machine.id());
                reader.copyTo(context().out());
                context().out().flush();
                if (more) {
                    Thread.sleep(GLANCE_MILLIS);
                    context().cancellation().throwIfCancelled();
                }
            } while (more && !context().out().checkError());
        } catch (IOException e) {
            throw new LaunchException("the log of " + machine.name() + " cannot be read: " + e.getMessage(), e);
        }
        return ExitCode.DONE.status();
    }

    private boolean isLive(String id) throws LaunchException {
        return Machines.find(id, list()).filter(MachineStatus::isLive).isPresent();
    }
}
