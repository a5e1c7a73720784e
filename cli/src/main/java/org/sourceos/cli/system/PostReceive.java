package org.sourceos.cli.system;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.sourceos.cli.CommandContext;
import org.sourceos.cli.Places;
import org.sourceos.cli.UsageException;
import org.sourceos.gitstore.StoreException;
import org.sourceos.gitstore.config.CommitId;
import org.sourceos.gitstore.config.ConfigRepository;
import org.sourceos.gitstore.generation.Generation;
import org.sourceos.host.FileLock;
import org.sourceos.rebuild.RebuildException;
import org.sourceos.rebuild.system.Switcher;

/** Makes what was accepted count. It was built before. */
final class PostReceive {
    private final CommandContext context;
    private final Places places;
    private final ConfigRepository repository;
    private final String branch;

    PostReceive(CommandContext context, Places places, ConfigRepository repository, String branch) {
        this.context = context;
        this.places = places;
        this.repository = repository;
        this.branch = branch;
    }

    void deploy(List<RefUpdate> updates) throws StoreException, IOException, RebuildException, UsageException {
        for (RefUpdate update : updates) {
            if (update.ref().equals(branch) && update.fresh().isPresent()) {
                PushQueue queue = new PushQueue(places.state(), repository.gitDirectory());
                try (FileLock turn = queue.turnToSwitch(context.cancellation())) {
                    deploy(update.fresh().get());
                }
            }
        }
    }

    private void say(String line) {
        context.err().println("sourceos: " + line);
        context.err().flush();
    }

    /** With the turn, so that of two pushes the later one counts in the end, and each is switched to at most once. */
    private void deploy(CommitId commit) throws StoreException, IOException, RebuildException, UsageException {
        Optional<CommitId> now = repository.find(branch, context.cancellation());
        if (now.isPresent() && !now.get().equals(commit)) {
            say("superseded by " + now.get().abbreviated() + " ("
                    + repository.describe(now.get(), context.cancellation()).subject()
                    + "), which was pushed later and counts instead");
            return;
        }
        try (Deployment deployment = Deployment.open(context, places)) {
            Optional<Generation> built = deployment.generations().ofConfiguration(commit.hex());
            if (built.isEmpty()) {
                say(commit.abbreviated() + " was accepted without being built (was pre-receive not run?): "
                        + "sourceos-rebuild switch");
                return;
            }
            activate(deployment, built.get());
        }
    }

    /** With the turn. */
    void activate(Deployment deployment, Generation built) throws RebuildException, UsageException {
        String confirm = context.environment().getOrDefault(PushOptions.CONFIRM, "");
        String named = SystemSubcommand.named(built);
        if (confirm.isEmpty()) {
            Switcher.Outcome outcome = deployment.switcher().activate(built, context.cancellation());
            say(named + (outcome == Switcher.Outcome.NOTHING_TO_DO ? " counts already" : " counts now"));
            return;
        }
        Duration within = WaitTime.parse(PushOptions.CONFIRM, confirm);
        Switcher.Outcome outcome = deployment.switcher().begin(built, within, true, context.cancellation());
        if (outcome == Switcher.Outcome.NOTHING_TO_DO) {
            say(named + " counts already");
        } else {
            say(named + " counts now, and is taken back in " + confirm + " unless you show that this computer can still"
                    + " be reached, by any new connection: git fetch, or ssh HOST confirm");
        }
    }
}
