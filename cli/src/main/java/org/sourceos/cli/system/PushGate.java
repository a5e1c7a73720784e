package org.sourceos.cli.system;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.sourceos.cli.CommandContext;
import org.sourceos.cli.UsageException;
import org.sourceos.cli.language.ConfigurationFolder;
import org.sourceos.config.ConfigException;
import org.sourceos.gitstore.StoreException;
import org.sourceos.gitstore.config.CommitId;
import org.sourceos.gitstore.config.ConfigRepository;
import org.sourceos.gitstore.generation.GenerationManifest;
import org.sourceos.host.Directories;
import org.sourceos.rebuild.RebuildException;

/** Whether commits of a configuration may go on, and if not, why: said on standard error, which git shows to the pusher. */
final class PushGate {
    private final CommandContext context;
    private final Deployment deployment;
    private final ConfigRepository repository;

    PushGate(CommandContext context, Deployment deployment, ConfigRepository repository) {
        this.context = context;
        this.deployment = deployment;
        this.repository = repository;
    }

    /** What is staged, whatever the working tree looks like. A repository that is no configuration is let be. */
    boolean allowsCommit() throws StoreException, IOException, RebuildException {
        Path staged = deployment.exports().resolve(".staged-" + UUID.randomUUID());
        try {
            repository.exportIndex(staged, context.cancellation());
            ConfigurationSource source = new ConfigurationSource(
                    staged,
                    repository.place(),
                    new GenerationManifest.Configuration(Optional.empty(), "what is staged"),
                    repository.changes(context.cancellation()).untracked(),
                    List.of());
            return evaluates(
                    source,
                    "not committed: what is staged has mistakes (git commit --no-verify commits it all the same)");
        } finally {
            Directories.remove(staged);
        }
    }

    /** A commit and its whole configuration. */
    boolean allows(CommitId commit) throws StoreException, IOException, RebuildException {
        return evaluated(commit).isPresent();
    }

    /**
     * A commit that may go on.
     *
     * @param system what it says; empty where nothing had to be evaluated, because it was before or is no configuration
     */
    record Passed(CommitId commit, Optional<EvaluatedSystem> system) {}

    private Optional<Passed> evaluated(CommitId commit) throws StoreException, IOException, RebuildException {
        return evaluated(
                        ConfigurationSource.ofCommit(context, repository, commit, deployment.exports()),
                        "refused: " + described(commit) + " has mistakes; nothing was changed")
                .map(system -> new Passed(commit, system));
    }

    /**
     * A move of the branch that is deployed: it may neither be deleted nor forget what it had, and each commit that is new must
     * evaluate, because each can be rolled back to.
     *
     * @return the last of them; empty if it is refused
     */
    Optional<Passed> allowsUpdate(String branch, Optional<CommitId> old, Optional<CommitId> fresh)
            throws StoreException, IOException, RebuildException {
        if (fresh.isEmpty()) {
            return refuse(branch + " is what is deployed, and cannot be deleted");
        }
        if (old.isPresent() && !repository.isAncestor(old.get(), fresh.get(), context.cancellation())) {
            return refuse("this would forget commits of " + branch
                    + ", which is what is deployed: merge or rebase onto it first (git pull --rebase), and push then");
        }
        Passed last = new Passed(fresh.get(), Optional.empty());
        for (CommitId commit : repository.between(old, fresh.get(), context.cancellation())) {
            if (deployment.generations().ofConfiguration(commit.hex()).isEmpty()) {
                Optional<Passed> passed = evaluated(commit);
                if (passed.isEmpty()) {
                    return Optional.empty();
                }
                last = commit.equals(fresh.get()) ? passed.get() : last;
            }
        }
        return Optional.of(last);
    }

    private Optional<Passed> refuse(String why) {
        context.err().println("sourceos: refused: " + why);
        return Optional.empty();
    }

    private String described(CommitId commit) throws StoreException {
        return commit.abbreviated() + " ("
                + repository.describe(commit, context.cancellation()).subject() + ")";
    }

    private boolean evaluates(ConfigurationSource source, String otherwise) throws RebuildException {
        return evaluated(source, otherwise).isPresent();
    }

    /** Empty if it has mistakes, which were said; of what is no configuration there is nothing to say. */
    private Optional<Optional<EvaluatedSystem>> evaluated(ConfigurationSource source, String otherwise)
            throws RebuildException {
        if (!Files.exists(source.folder().resolve(ConfigurationFolder.ENTRY))) {
            return Optional.of(Optional.empty());
        }
        try {
            return Optional.of(Optional.of(EvaluatedSystem.of(context, source)));
        } catch (ConfigException | UsageException e) {
            context.err().println(String.valueOf(e.getMessage()));
            context.err().println("sourceos: " + otherwise);
            return Optional.empty();
        }
    }
}
