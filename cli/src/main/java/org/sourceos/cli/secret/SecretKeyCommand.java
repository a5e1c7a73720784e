package org.sourceos.cli.secret;

import java.util.concurrent.Callable;
import org.sourceos.cli.CommandContext;
import org.sourceos.cli.ExitCode;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

/** {@code sourceos secret key}. */
@Command(
        name = "key",
        header = "Print the public key that secrets for this computer are encrypted for.",
        description = {
            "Made at the first call. The private key is in the state folder, or in the file that",
            "SOURCEOS_AGE_IDENTITY names, which age-keygen may have written.",
        },
        mixinStandardHelpOptions = true)
final class SecretKeyCommand implements Callable<Integer> {
    private final CommandContext context;

    @ParentCommand
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private SecretCommand parent;

    SecretKeyCommand(CommandContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws Exception {
        context.out().println(parent.identity().recipient());
        return ExitCode.DONE.status();
    }
}
