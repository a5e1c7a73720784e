package org.sourceos.cli.store;

import java.util.concurrent.Callable;
import org.sourceos.cli.CommandContext;
import org.sourceos.cli.ExitCode;
import picocli.CommandLine.Command;

/** {@code sourceos store path}. */
@Command(
        name = "path",
        header = "Print the store's directory, for git -C.",
        mixinStandardHelpOptions = true,
        footer = {"", "Examples:", "  git -C \"$(sourceos store path)\" log --oneline refs/vms/hello-…"})
final class StorePathCommand extends StoreSubcommand implements Callable<Integer> {
    StorePathCommand(CommandContext context) {
        super(context);
    }

    @Override
    public Integer call() {
        context().out().println(program().places().store());
        return ExitCode.DONE.status();
    }
}
