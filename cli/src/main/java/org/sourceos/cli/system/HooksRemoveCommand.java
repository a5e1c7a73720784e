package org.sourceos.cli.system;

import org.sourceos.cli.CommandContext;
import org.sourceos.cli.ExitCode;
import org.sourceos.gitstore.config.ConfigRepository;
import org.sourceos.gitstore.config.HookFiles;
import org.sourceos.gitstore.config.ReceiveLimit;
import picocli.CommandLine.Command;

/** {@code sourceos hooks remove}. */
@Command(
        name = "remove",
        header = "Take the hooks away; hooks that were there before are put back.",
        mixinStandardHelpOptions = true)
final class HooksRemoveCommand extends HooksSubcommand {
    HooksRemoveCommand(CommandContext context) {
        super(context);
    }

    @Override
    public Integer call() throws Exception {
        ConfigRepository repository = repository();
        HookFiles.remove(repository, hooksOf(repository), context().cancellation());
        ReceiveLimit.remove(repository, SizeGuard.MOST, context().cancellation());
        context().out().println("removed from " + repository.place());
        return ExitCode.DONE.status();
    }
}
