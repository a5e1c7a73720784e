package org.sourceos.cli.machine;

import java.util.List;
import java.util.concurrent.Callable;
import org.sourceos.cli.CommandContext;
import org.sourceos.cli.ExitCode;
import org.sourceos.launcher.machine.MachineStatus;
import org.sourceos.launcher.machine.Machines;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sourceos rm}. */
@Command(
        name = "rm",
        header = "Forget machines that have ended: their status and their logs.",
        mixinStandardHelpOptions = true,
        footer = {"", "Examples:", "  sourceos rm web", "  sourceos rm --purge web     end it first if it runs"})
public final class RemoveCommand extends MachineSubcommand implements Callable<Integer> {
    private static final int KILL = 9;

    @Parameters(arity = "1..*", paramLabel = "MACHINE", description = "names, ids, or beginnings of ids")
    private List<String> names = List.of();

    @Option(names = "--purge", description = "also one that has not ended: it is killed first")
    private boolean purge;

    RemoveCommand(CommandContext context) {
        super(context);
    }

    @Override
    public Integer call() throws Exception {
        Machines machines = machines();
        for (String name : names) {
            MachineStatus machine = named(name);
            if (purge) {
                machines.signal(machine.id(), KILL);
            }
            if (machines.find(machine.id()).isPresent()) {
                machines.remove(machine.id());
            }
        }
        return ExitCode.DONE.status();
    }
}
