package org.sourceos.cli.system;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sourceos.cli.CommandContext;
import org.sourceos.cli.HowToBuild;
import org.sourceos.gitstore.StoreException;
import org.sourceos.gitstore.config.CommitId;
import org.sourceos.gitstore.config.ConfigRepository;
import org.sourceos.rebuild.Rebuild;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Which configuration, and how it is built. */
final class BuildingOptions extends HowToBuild {
    @Parameters(
            arity = "0..1",
            paramLabel = "COMMIT",
            description = "of the configuration: a name, a branch, HEAD~1 (default: HEAD)")
    private @Nullable String revision;

    @Option(names = "--dirty", description = "the files as they are, not those of a commit")
    private boolean dirty;

    @Option(
            names = "--keep-going",
            description = "when something fails, build what does not need it, and list all failures at the end")
    private boolean keepGoing;

    @Option(
            names = {"-j", "--jobs"},
            paramLabel = "N",
            defaultValue = "2",
            description = "steps at once (default: ${DEFAULT-VALUE})")
    private int jobs;

    boolean json() {
        return json;
    }

    /** Empty where no commit is meant. */
    Optional<CommitId> commit(ConfigRepository repository, CommandContext context) throws StoreException {
        return dirty
                ? Optional.empty()
                : Optional.of(repository.commit(revision == null ? "HEAD" : revision, context.cancellation()));
    }

    boolean dirty() {
        return dirty;
    }

    Rebuild.Options options() {
        return new Rebuild.Options(Math.max(1, jobs), keepFailed, offline, false, false, keepGoing);
    }
}
