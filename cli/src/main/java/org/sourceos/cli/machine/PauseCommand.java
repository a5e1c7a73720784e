package org.sourceos.cli.machine;

import java.util.List;
import java.util.concurrent.Callable;
import org.sourceos.cli.CommandContext;
import org.sourceos.cli.ExitCode;
import org.sourceos.launcher.machine.Machines;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code sourceos pause}. */
@Command(
        name = "pause",
        header = "Halt machines where they are: they keep their memory and take no processor time.",
        mixinStandardHelpOptions = true,
        footer = {"", "Example:", "  sourceos pause web"})
public final class PauseCommand extends MachineSubcommand implements Callable<Integer> {
    @Parameters(arity = "1..*", paramLabel = "MACHINE", description = "names, ids, or beginnings of ids")
    private List<String> names = List.of();

    PauseCommand(CommandContext context) {
        super(context);
    }

    @Override
    public Integer call() throws Exception {
        Machines machines = machines();
        for (String name : names) {
            machines.pause(named(name).id());
        }
        return ExitCode.DONE.status();
    }
}
