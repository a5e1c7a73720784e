package org.sourceos.cli.system;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import org.sourceos.cli.CommandContext;
import org.sourceos.config.ConfigException;
import org.sourceos.gitstore.StoreException;
import org.sourceos.gitstore.config.CommitId;
import org.sourceos.gitstore.config.ConfigRepository;
import org.sourceos.hooks.server.Access;
import org.sourceos.hooks.server.PushServer;
import org.sourceos.hooks.server.Right;
import org.sourceos.hooks.server.TrustFolder;

/**
 * Whether a push may change {@code trust/}: over SSH only an admin's, for whoever can change it can give everything to
 * themselves; and never to something that cannot be read, which would lock everybody out. Who pushes by path has the files
 * anyway.
 */
final class TrustGuard {
    private final CommandContext context;
    private final Deployment deployment;
    private final ConfigRepository repository;

    TrustGuard(CommandContext context, Deployment deployment, ConfigRepository repository) {
        this.context = context;
        this.deployment = deployment;
        this.repository = repository;
    }

    /** @param deployed the branch that is deployed; what HEAD names is what the server reads, and both are looked after */
    boolean allowsUpdate(String ref, String deployed, Optional<CommitId> old, Optional<CommitId> fresh)
            throws StoreException, IOException {
        boolean counts = ref.equals(deployed)
                || repository
                        .branchOfHead(context.cancellation())
                        .filter(ref::equals)
                        .isPresent();
        if (!counts || fresh.isEmpty() || entry(old).equals(entry(fresh))) {
            return true;
        }
        String right = context.environment().get(PushServer.RIGHT);
        if (right != null && !right.equals(Right.ADMIN.name().toLowerCase(Locale.ROOT))) {
            context.err()
                    .println("sourceos: refused: this changes trust/, which says who may do what, and only those whom"
                            + " trust/access.toml lists under admin may push that; nothing was changed");
            return false;
        }
        return isReadable(fresh.get());
    }

    private Optional<String> entry(Optional<CommitId> commit) throws StoreException {
        return commit.isEmpty()
                ? Optional.empty()
                : repository.entry(commit.get(), Access.FOLDER, context.cancellation());
    }

    private boolean isReadable(CommitId commit) throws StoreException, IOException {
        Path export = deployment.exports().resolve(commit.hex());
        repository.export(commit, export, context.cancellation());
        try {
            TrustFolder.read(export);
            return true;
        } catch (ConfigException e) {
            context.err().println(String.valueOf(e.getMessage()));
            context.err()
                    .println("sourceos: refused: with these mistakes in trust/ nobody could push any more; nothing was"
                            + " changed");
            return false;
        }
    }
}
