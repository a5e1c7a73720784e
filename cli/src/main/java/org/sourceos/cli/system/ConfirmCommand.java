package org.sourceos.cli.system;

import java.util.Optional;
import org.sourceos.cli.CommandContext;
import org.sourceos.cli.ExitCode;
import org.sourceos.cli.RequestFailedException;
import org.sourceos.rebuild.system.Switcher;
import picocli.CommandLine.Command;

/** {@code sourceos-rebuild confirm}. */
@Command(name = "confirm", header = "Let the switch that waits for it stand.", mixinStandardHelpOptions = true)
final class ConfirmCommand extends SystemSubcommand {
    ConfirmCommand(CommandContext context) {
        super(context);
    }

    @Override
    public Integer call() throws Exception {
        try (Deployment deployment = Deployment.open(context(), places())) {
            Optional<Switcher.Waiting> waiting =
                    deployment.switcher().confirm(context().cancellation());
            if (waiting.isEmpty()) {
                throw new RequestFailedException(
                        "no switch waits to be confirmed; sourceos-rebuild status says what counts");
            }
            context().out().println("generation " + waiting.get().to() + " stays");
            return ExitCode.DONE.status();
        }
    }
}
