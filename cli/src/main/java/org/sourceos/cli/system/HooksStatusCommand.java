package org.sourceos.cli.system;

import java.util.Locale;
import org.sourceos.cli.CommandContext;
import org.sourceos.cli.ExitCode;
import org.sourceos.gitstore.config.ConfigRepository;
import org.sourceos.gitstore.config.HookFiles;
import picocli.CommandLine.Command;

/** {@code sourceos hooks status}. */
@Command(name = "status", header = "Say which hooks are in place.", mixinStandardHelpOptions = true)
final class HooksStatusCommand extends HooksSubcommand {
    HooksStatusCommand(CommandContext context) {
        super(context);
    }

    @Override
    public Integer call() throws Exception {
        ConfigRepository repository = repository();
        for (HookFiles.Status hook : HookFiles.status(
                repository, hooksOf(repository), executable(), context().cancellation())) {
            context()
                    .out()
                    .println(hook.name() + "  " + hook.state().name().toLowerCase(Locale.ROOT)
                            + hook.userHook()
                                    .map(own -> "  runs " + own + " first")
                                    .orElse(""));
        }
        return ExitCode.DONE.status();
    }
}
