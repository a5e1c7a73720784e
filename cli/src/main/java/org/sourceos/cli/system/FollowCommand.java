package org.sourceos.cli.system;

import org.sourceos.cli.CommandContext;
import org.sourceos.cli.ExitCode;
import picocli.CommandLine.Command;

/** {@code sourceos-rebuild follow}: what the resident service does when it starts. */
@Command(
        name = "follow",
        header = "Start the machines of the generation that counts, as at the start of the computer.",
        hidden = true, // the resident service runs it
        mixinStandardHelpOptions = true)
final class FollowCommand extends SystemSubcommand {
    FollowCommand(CommandContext context) {
        super(context);
    }

    @Override
    public Integer call() throws Exception {
        try (Deployment deployment = Deployment.open(context(), places())) {
            deployment
                    .machines()
                    .follow(deployment.switcher().active(), context().cancellation());
        }
        return ExitCode.DONE.status();
    }
}
