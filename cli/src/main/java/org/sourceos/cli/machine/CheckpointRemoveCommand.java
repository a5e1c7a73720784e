package org.sourceos.cli.machine;

import java.util.List;
import java.util.concurrent.Callable;
import org.sourceos.cli.CommandContext;
import org.sourceos.cli.ExitCode;
import org.sourceos.gitstore.BuildCache;
import org.sourceos.launcher.checkpoint.Checkpoints;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code sourceos checkpoint rm}. */
@Command(
        name = "rm",
        header = "Remove checkpoints; `sourceos store gc` frees what only they had.",
        mixinStandardHelpOptions = true,
        footer = {"", "Example:", "  sourceos checkpoint rm web-1 web-2"})
final class CheckpointRemoveCommand extends MachineSubcommand implements Callable<Integer> {
    @Parameters(arity = "1..*", paramLabel = "CHECKPOINT", description = "names, as `sourceos checkpoint ls` has them")
    private List<String> names = List.of();

    CheckpointRemoveCommand(CommandContext context) {
        super(context);
    }

    @Override
    public Integer call() throws Exception {
        try (BuildCache cache = BuildCache.open(places().store(), context().cancellation())) {
            Checkpoints checkpoints = new SavedMachines(context(), places(), cache).checkpoints();
            for (String name : names) {
                checkpoints.remove(name);
            }
        }
        return ExitCode.DONE.status();
    }
}
