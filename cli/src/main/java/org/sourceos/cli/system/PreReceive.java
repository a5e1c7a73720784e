package org.sourceos.cli.system;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import org.sourceos.cli.CommandContext;
import org.sourceos.cli.Places;
import org.sourceos.config.diagnostic.Quoted;
import org.sourceos.gitstore.StoreException;
import org.sourceos.gitstore.config.CommitId;
import org.sourceos.gitstore.config.ConfigRepository;
import org.sourceos.host.FileLock;
import org.sourceos.rebuild.RebuildException;
import org.sourceos.rebuild.system.FailedCommits;
import org.sourceos.rebuild.system.Switcher;

/** Whether a push is accepted: what may be pushed at all; of the branch that is deployed, what can be evaluated and built. */
final class PreReceive {
    /** Each costs a few questions, and nobody has as many branches and tags of a configuration. */
    private static final int MOST_REFS = 1000;

    private final CommandContext context;
    private final Places places;
    private final ConfigRepository repository;
    private final String branch;
    private final PushOptions options;

    /** @param branch the one that is deployed, {@code refs/heads/main} */
    PreReceive(CommandContext context, Places places, ConfigRepository repository, String branch) {
        this.context = context;
        this.places = places;
        this.repository = repository;
        this.branch = branch;
        this.options = new PushOptions(context.environment());
    }

    boolean allows(List<RefUpdate> updates) throws Exception {
        if (updates.size() > MOST_REFS) {
            return refuse(updates.size() + " refs in one push, and " + MOST_REFS
                    + " are the most that are taken; nothing was changed");
        }
        for (RefUpdate update : updates) {
            if (!update.isOrdinary()) {
                return refuse(Quoted.of(update.ref()) + " is no name of a branch or tag; nothing was changed");
            }
        }
        try (Deployment deployment = Deployment.open(context, places)) {
            if (!new SizeGuard(context, deployment.exports(), repository).allowsPush()) {
                return false;
            }
            TrustGuard trust = new TrustGuard(context, deployment, repository);
            for (RefUpdate update : updates) {
                if (!trust.allowsUpdate(update.ref(), branch, update.old(), update.fresh())) {
                    return false;
                }
            }
            if (!new SignatureGuard(context, deployment.exports(), repository).allowsPush(updates)) {
                return false;
            }
        }
        for (RefUpdate update : updates) {
            if (update.ref().equals(branch) && !allowsDeployment(update)) {
                return false;
            }
        }
        return true;
    }

    private boolean refuse(String why) {
        context.err().println("sourceos: refused: " + why);
        return false;
    }

    private void say(String line) {
        context.err().println("sourceos: " + line);
        context.err().flush();
    }

    private boolean allowsDeployment(RefUpdate update) throws Exception {
        PushQueue queue = new PushQueue(places.state(), repository.gitDirectory());
        PushQueue.Push push = queue.enter(
                update.fresh().isPresent() ? described(update.fresh().get()) : "nothing",
                options.pusher(),
                context.cancellation());
        boolean allowed = false;
        try (Supersession supersession = new Supersession(context, queue, push)) {
            try {
                allowed = inQueue(update, queue, push, supersession.context());
            } catch (CancellationException e) {
                if (supersession.by().isEmpty()) {
                    throw e;
                }
                // No queue is left that this push could be in the way of.
            }
            Optional<PushQueue.Push> newer = allowed ? Optional.empty() : supersession.by();
            newer.ifPresent(by -> say("refused: superseded by " + by + ", which was pushed later; nothing was changed."
                    + " If that does not contain what you pushed: git pull --rebase, and push again"));
            return allowed;
        } finally {
            if (!allowed) {
                queue.withdraw(push);
            }
        }
    }

    private boolean inQueue(RefUpdate update, PushQueue queue, PushQueue.Push push, CommandContext stoppable)
            throws Exception {
        try (Deployment deployment = Deployment.open(stoppable, places)) {
            Optional<PushGate.Passed> passed =
                    new PushGate(stoppable, deployment, repository).allowsUpdate(branch, update.old(), update.fresh());
            if (passed.isEmpty()) {
                return false;
            }
            queue.claim(push, stoppable.cancellation());
            try (FileLock turn = queue.turnToBuild(
                    stoppable.cancellation(), holder -> say("waiting for the push before this one to end"))) {
                stoppable.cancellation().throwIfCancelled();
                if (queue.superseding(push).isPresent()) {
                    throw new CancellationException("superseded");
                }
                return isTimely(update, deployment) && builds(stoppable, deployment, passed.get());
            }
        }
    }

    /** What was true when the push began may not be any more when its turn comes. */
    private boolean isTimely(RefUpdate update, Deployment deployment)
            throws StoreException, RebuildException, IOException {
        Optional<CommitId> now = repository.find(branch, context.cancellation());
        if (!now.equals(update.old())) {
            return refuse(branch + " has moved to "
                    + (now.isPresent() ? described(now.get()) : "nothing")
                    + " meanwhile: git pull --rebase, and push again");
        }
        Optional<Switcher.Waiting> waiting = deployment.switcher().waiting();
        if (waiting.isPresent()) {
            return refuse("generation " + waiting.get().to() + " waits to be confirmed until "
                    + waiting.get().until() + ": sourceos-rebuild confirm there, or git fetch from here over SSH;"
                    + " then push again");
        }
        Optional<FailedCommits.Failure> before = update.fresh().isPresent()
                ? deployment.failedCommits().find(update.fresh().get().hex())
                : Optional.empty();
        if (before.isPresent() && !options.retries()) {
            return refuse(described(update.fresh().orElseThrow()) + " was deployed before and failed, "
                    + before.get().described() + ": push another commit, or the same with git push -o "
                    + PushOptions.RETRY);
        }
        return true;
    }

    private String described(CommitId commit) throws StoreException {
        return commit.abbreviated() + " ("
                + repository.describe(commit, context.cancellation()).subject() + ")";
    }

    private boolean builds(CommandContext stoppable, Deployment deployment, PushGate.Passed passed) throws Exception {
        return new CommitBuild(stoppable, deployment, repository).succeeds(passed.commit(), passed.system());
    }
}
