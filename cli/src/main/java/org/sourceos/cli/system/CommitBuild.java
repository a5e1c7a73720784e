package org.sourceos.cli.system;

import java.util.Optional;
import org.sourceos.cli.CommandContext;
import org.sourceos.cli.UsageException;
import org.sourceos.cli.progress.Progress;
import org.sourceos.config.ConfigException;
import org.sourceos.gitstore.config.CommitId;
import org.sourceos.gitstore.config.ConfigRepository;
import org.sourceos.gitstore.generation.Generation;
import org.sourceos.rebuild.Rebuild;
import org.sourceos.rebuild.RebuildException;

/** Builds a commit for a hook: what is wrong is said on standard error, which git shows. */
final class CommitBuild {
    private final CommandContext context;
    private final Deployment deployment;
    private final ConfigRepository repository;

    CommitBuild(CommandContext context, Deployment deployment, ConfigRepository repository) {
        this.context = context;
        this.deployment = deployment;
        this.repository = repository;
    }

    /** @param known what the commit says, where somebody has evaluated it just now */
    boolean succeeds(CommitId commit, Optional<EvaluatedSystem> known) throws Exception {
        if (deployment.generations().ofConfiguration(commit.hex()).isPresent()) {
            return true;
        }
        try (Progress progress = Progress.of(context, false, null)) {
            EvaluatedSystem system = known.isPresent()
                    ? known.get()
                    : EvaluatedSystem.of(
                            context, ConfigurationSource.ofCommit(context, repository, commit, deployment.exports()));
            system.refuseWithoutRecipes();
            Generation built = deployment.build(system, Rebuild.Options.DEFAULT, progress);
            progress.close();
            context.err().println("sourceos: " + SystemSubcommand.named(built) + " is built");
            return true;
        } catch (RebuildException | UsageException | ConfigException e) {
            context.cancellation().throwIfCancelled();
            context.err().println(String.valueOf(e.getMessage()));
            context.err()
                    .println("sourceos: refused: " + commit.abbreviated() + " cannot be built; nothing was changed");
            return false;
        }
    }
}
