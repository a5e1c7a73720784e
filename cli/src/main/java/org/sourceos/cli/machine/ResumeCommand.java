package org.sourceos.cli.machine;

import java.util.List;
import java.util.concurrent.Callable;
import org.sourceos.cli.CommandContext;
import org.sourceos.cli.ExitCode;
import org.sourceos.launcher.machine.Machines;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code sourceos resume}. */
@Command(
        name = "resume",
        header = "Let machines go on that were paused.",
        mixinStandardHelpOptions = true,
        footer = {"", "Example:", "  sourceos resume web"})
public final class ResumeCommand extends MachineSubcommand implements Callable<Integer> {
    @Parameters(arity = "1..*", paramLabel = "MACHINE", description = "names, ids, or beginnings of ids")
    private List<String> names = List.of();

    ResumeCommand(CommandContext context) {
        super(context);
    }

    @Override
    public Integer call() throws Exception {
        Machines machines = machines();
        for (String name : names) {
            machines.resume(named(name).id());
        }
        return ExitCode.DONE.status();
    }
}
