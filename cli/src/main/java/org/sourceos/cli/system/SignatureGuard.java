package org.sourceos.cli.system;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.sourceos.cli.CommandContext;
import org.sourceos.cli.RefusedException;
import org.sourceos.config.ConfigException;
import org.sourceos.gitstore.StoreException;
import org.sourceos.gitstore.config.CommitId;
import org.sourceos.gitstore.config.CommitSignatures;
import org.sourceos.gitstore.config.ConfigRepository;
import org.sourceos.hooks.server.TrustFolder;

/**
 * Whether commits are signed by those who may push, where {@code trust/} demands that. What counts is {@code trust/} of the
 * commit that is there before them, never their own: who could change that would not need a signature.
 */
final class SignatureGuard {
    private static final String HOW = "; to sign commits: git config gpg.format ssh, git config user.signingKey"
            + " ~/.ssh/id_ed25519.pub, and git commit -S (what is committed already: git rebase --exec 'git commit"
            + " --amend --no-edit -S' BRANCH)";

    private final CommandContext context;
    private final Path exports;
    private final ConfigRepository repository;

    SignatureGuard(CommandContext context, Path exports, ConfigRepository repository) {
        this.context = context;
        this.exports = exports;
        this.repository = repository;
    }

    /** A push, before it is taken: every commit that comes with it, on whichever branch. */
    boolean allowsPush(List<RefUpdate> updates) throws StoreException, IOException {
        if (!repository.hasCommit(context.cancellation())) {
            return true;
        }
        Optional<String> signers;
        try {
            signers = signers(repository.commit("HEAD", context.cancellation()));
        } catch (ConfigException e) {
            return true; // nobody is let in by the server then, and a push by path mends it
        }
        if (signers.isEmpty()) {
            return true;
        }
        for (RefUpdate update : updates) {
            Optional<CommitSignatures.Fault> fault = fault(update, signers.get());
            if (fault.isPresent()) {
                context.err().println("sourceos: refused: " + said(fault.get()) + "; nothing was changed" + HOW);
                return false;
            }
        }
        return true;
    }

    private Optional<CommitSignatures.Fault> fault(RefUpdate update, String signers)
            throws StoreException, IOException {
        if (update.fresh().isEmpty()) {
            return Optional.empty();
        }
        // A branch gets what it has not, even if another has it from before signatures were demanded.
        List<CommitId> coming = update.old().isPresent()
                ? repository.between(update.old(), update.fresh().get(), context.cancellation())
                : repository.arriving(update.fresh().get(), context.cancellation());
        return CommitSignatures.firstFault(repository, coming, signers, context.cancellation());
    }

    /**
     * A commit that shall be deployed from here, after the one that is deployed.
     *
     * @param deployed whose {@code trust/} counts
     * @throws RefusedException naming the commit and what is wrong
     */
    void check(CommitId deployed, CommitId wanted)
            throws StoreException, IOException, ConfigException, RefusedException {
        Optional<String> signers = signers(deployed);
        if (signers.isEmpty()) {
            return;
        }
        List<CommitId> coming = isHere(deployed)
                ? repository.between(Optional.of(deployed), wanted, context.cancellation())
                : List.of(wanted);
        Optional<CommitSignatures.Fault> fault =
                CommitSignatures.firstFault(repository, coming, signers.get(), context.cancellation());
        if (fault.isPresent()) {
            throw new RefusedException("refused: " + said(fault.get()) + HOW);
        }
    }

    /** Files that are not committed have nobody's signature. */
    void refuseFiles(CommitId deployed) throws StoreException, IOException, ConfigException, RefusedException {
        if (signers(deployed).isPresent()) {
            throw new RefusedException("refused: trust/ of what is deployed (" + deployed.abbreviated()
                    + ") demands signed commits, and --dirty takes files that nobody has signed: commit them");
        }
    }

    private static String said(CommitSignatures.Fault fault) {
        return "trust/ demands signed commits, and there is " + fault.commit().abbreviated() + " (" + fault.subject()
                + "): " + fault.why();
    }

    private boolean isHere(CommitId commit) throws StoreException {
        return repository
                .find(commit.hex() + "^{commit}", context.cancellation())
                .isPresent();
    }

    private Optional<String> signers(CommitId commit) throws StoreException, IOException, ConfigException {
        Path export = exports.resolve(commit.hex());
        if (Files.notExists(export)) {
            if (!isHere(commit)) {
                return Optional.empty(); // deployed from another repository, whose files are gone
            }
            repository.export(commit, export, context.cancellation());
        }
        return TrustFolder.read(export).signers();
    }
}
