package org.sourceos.cli.system;

import java.nio.file.Path;
import java.util.List;
import org.sourceos.cli.CommandContext;
import org.sourceos.gitstore.StoreException;
import org.sourceos.gitstore.config.ConfigRepository;
import org.sourceos.gitstore.config.HookFiles;
import org.sourceos.gitstore.config.ReceiveLimit;
import org.sourceos.host.ProcessRunner;

/** What the commands below {@code sourceos hooks} share. */
abstract class HooksSubcommand extends SystemSubcommand {
    private static final List<String> OF_WORKING_COPY =
            List.of("pre-commit", "pre-push", "post-checkout", "post-merge");
    private static final List<String> OF_BARE = List.of("pre-receive", "post-receive");

    HooksSubcommand(CommandContext context) {
        super(context);
    }

    final ConfigRepository repository() throws StoreException {
        return ConfigRepository.open(
                places().config(),
                context().environment(),
                new ProcessRunner(),
                context().cancellation());
    }

    static List<String> hooksOf(ConfigRepository repository) {
        return repository.workTree().isPresent() ? OF_WORKING_COPY : OF_BARE;
    }

    /** With git's own limit on what is pushed, which stands before them. */
    final void install(ConfigRepository repository) throws StoreException {
        HookFiles.install(
                repository, hooksOf(repository), executable(), context().cancellation());
        if (repository.workTree().isEmpty()) {
            ReceiveLimit.setUnlessDecided(repository, SizeGuard.MOST, context().cancellation());
        }
    }

    /** What hooks call. */
    final Path executable() {
        return context().library().resolve("sourceos");
    }
}
