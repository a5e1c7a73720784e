package org.sourceos.cli.machine;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.sourceos.cli.CommandContext;
import org.sourceos.cli.ExitCode;
import org.sourceos.launcher.machine.MachineEnd;
import org.sourceos.launcher.machine.MachineStatus;
import org.sourceos.launcher.machine.Machines;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sourceos stop}. */
@Command(
        name = "stop",
        header = "End machines: ask their programs, then switch off.",
        description = {
            "The program gets SIGTERM. If it has not ended in time, the machine is switched off. It stays listed,",
            "with its status and its log, until sourceos rm.",
        },
        mixinStandardHelpOptions = true,
        footer = {"", "Examples:", "  sourceos stop web", "  sourceos stop -t 60 database"})
public final class StopCommand extends MachineSubcommand implements Callable<Integer> {
    @Parameters(arity = "1..*", paramLabel = "MACHINE", description = "names, ids, or beginnings of ids")
    private List<String> names = List.of();

    @Option(
            names = {"-t", "--time"},
            paramLabel = "SECONDS",
            defaultValue = "10",
            description = "how long a program may take to end (default: 10)")
    private int seconds;

    StopCommand(CommandContext context) {
        super(context);
    }

    @Override
    public Integer call() throws Exception {
        Machines machines = machines();
        for (String name : names) {
            MachineStatus machine = named(name);
            MachineEnd end = machines.stop(machine.id(), Duration.ofSeconds(Math.max(0, seconds)));
            context().out().println(machine.name() + ": ended with status " + end.status());
        }
        return ExitCode.DONE.status();
    }
}
