package org.sourceos.cli.system;

import java.util.List;
import org.sourceos.cli.CommandContext;
import org.sourceos.cli.ExitCode;
import org.sourceos.gitstore.config.ConfigRepository;
import picocli.CommandLine.Command;

/** {@code sourceos hooks install}. */
@Command(
        name = "install",
        header = "Put the hooks in place; hooks that are there are kept and run first.",
        mixinStandardHelpOptions = true)
final class HooksInstallCommand extends HooksSubcommand {
    HooksInstallCommand(CommandContext context) {
        super(context);
    }

    @Override
    public Integer call() throws Exception {
        ConfigRepository repository = repository();
        List<String> names = hooksOf(repository);
        install(repository);
        context().out().println("installed in " + repository.place() + ": " + String.join(", ", names));
        return ExitCode.DONE.status();
    }
}
