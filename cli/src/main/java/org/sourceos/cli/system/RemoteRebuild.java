package org.sourceos.cli.system;

import com.google.gson.JsonObject;
import java.util.Optional;
import java.util.Set;
import org.sourceos.cli.CommandContext;
import org.sourceos.cli.ExitCode;
import org.sourceos.cli.UsageException;
import org.sourceos.cli.progress.Progress;
import org.sourceos.gitstore.ObjectName;
import org.sourceos.gitstore.closure.ClosureParts;
import org.sourceos.gitstore.config.CommitId;
import org.sourceos.gitstore.config.ConfigRepository;
import org.sourceos.gitstore.generation.Generation;
import org.sourceos.rebuild.Rebuild;
import org.sourceos.rebuild.RebuildException;
import org.sourceos.rebuild.system.SystemKernel;

/**
 * Commands of {@code sourceos-rebuild} for another computer: built here, sent there, and switched to there. See
 * docs/decisions/0019-closures-are-pushed.md.
 */
final class RemoteRebuild {
    private final SystemSubcommand command;
    private final BuildingOptions building;
    private final TargetHost host;

    RemoteRebuild(SystemSubcommand command, BuildingOptions building, TargetHost host) {
        this.command = command;
        this.building = building;
        this.host = host;
    }

    /** What one call works with. */
    private record Call(
            Deployment deployment,
            ConfigRepository repository,
            CommitId commit,
            RemoteTarget remote,
            RemoteTarget.Listing before) {}

    @FunctionalInterface
    private interface Work {
        int with(Call call) throws Exception;
    }

    private CommandContext context() {
        return command.context();
    }

    private int call(Work work) throws Exception {
        if (building.dirty()) {
            throw new UsageException("--dirty and --target-host do not go together: what is sent is a commit");
        }
        try (Deployment deployment = Deployment.open(context(), command.places())) {
            ConfigRepository repository = deployment.repository();
            CommitId commit = building.commit(repository, context()).orElseThrow();
            RemoteTarget remote = new RemoteTarget(
                    context(), host, repository, command.places().state());
            // Before minutes are spent on building.
            RemoteTarget.Listing before = remote.list();
            return work.with(new Call(deployment, repository, commit, remote, before));
        }
    }

    /** Builds, and keeps it there. */
    int build() throws Exception {
        return call(call -> {
            Generation made = sent(call, RemoteAction.BUILD, false);
            return done(made, "is built, and is on " + host, "built");
        });
    }

    /** Builds the system's own kernel too, and has the other computer start with it the next time. */
    int boot() throws Exception {
        return call(call -> {
            EvaluatedSystem system =
                    EvaluatedSystem.of(context(), BuildSystemCommand.source(call.deployment(), building, command));
            SystemKernel wanted = BootInstallation.wanted(system);
            Generation made = BuildSystemCommand.built(call.deployment(), building, command, () -> system);
            Rebuild.BuiltKernel kernel;
            try (Progress progress = building.progress(context())) {
                kernel = call.deployment()
                        .kernel(system, wanted.kernel(), building.options(), progress, (built, file) -> built);
            }
            call.remote()
                    .send(
                            call.deployment().cache(),
                            made,
                            Optional.of(kernel),
                            call.commit(),
                            RemoteAction.BOOT,
                            false);
            return done(
                    made,
                    "is what " + host + " starts with the next time, with Linux " + kernel.version(),
                    "installed");
        });
    }

    /** Builds, and makes it active there until the next switch. */
    int test() throws Exception {
        return call(call -> {
            Generation made = sent(call, RemoteAction.TEST, false);
            RemoteTarget.Listing after = call.remote().list();
            boolean active = after.tried().or(after::current).equals(Optional.of(call.commit()));
            if (!active) {
                throw takenBack(made);
            }
            return done(made, "is tried on " + host, "tried");
        });
    }

    /** Builds, and makes it count there. */
    int makeCount(boolean retry) throws Exception {
        return call(call -> {
            Optional<CommitId> head = call.before().head();
            boolean there = head.isPresent() && isAncestor(call, head.get());
            if (there && call.before().current().equals(Optional.of(call.commit()))) {
                Generation known = BuildSystemCommand.built(call.deployment(), building, command);
                return done(known, "counts on " + host + " already", "nothing_to_do");
            }
            Generation made = sent(call, there ? RemoteAction.SWITCH : RemoteAction.BUILD, retry);
            if (!there) {
                call.remote().push(call.commit(), call.before().branch(), retry);
            }
            // A new connection, which shows that the other side can still be reached.
            RemoteTarget.Listing after = call.remote().list();
            if (after.current().equals(Optional.of(call.commit())) && !after.waits()) {
                return done(made, "counts on " + host + " now", "done");
            }
            throw takenBack(made);
        });
    }

    /** Says what would be sent. */
    int dryRun() throws Exception {
        return call(call -> {
            Optional<Generation> known = call.deployment()
                    .generations()
                    .ofConfiguration(call.commit().hex());
            Set<ObjectName> there = call.before().parts();
            String counts = call.before().current().map(CommitId::abbreviated).orElse("nothing");
            if (known.isEmpty()) {
                command.say("what is sent to " + host + ", where " + counts
                        + " counts, can be told when it is built: sourceos-rebuild build");
                return ExitCode.DONE.status();
            }
            Set<ObjectName> parts = ClosureParts.of(call.deployment().cache(), known.get());
            long missing = parts.stream().filter(part -> !there.contains(part)).count();
            if (building.json()) {
                JsonObject object = new JsonObject();
                object.addProperty("host", host.toString());
                call.before().current().ifPresent(commit -> object.addProperty("deployed_commit", commit.hex()));
                object.addProperty("parts", parts.size());
                object.addProperty("missing", missing);
                context().out().println(object);
            } else {
                context()
                        .out()
                        .println("send  " + missing + " of " + parts.size() + " images, kernels and layers to " + host
                                + ", where " + counts + " counts");
            }
            return ExitCode.DONE.status();
        });
    }

    private boolean isAncestor(Call call, CommitId head) throws Exception {
        return call.repository()
                        .find(head.hex() + "^{commit}", context().cancellation())
                        .isPresent()
                && call.repository().isAncestor(call.commit(), head, context().cancellation());
    }

    private Generation sent(Call call, RemoteAction action, boolean retry) throws Exception {
        Generation made = BuildSystemCommand.built(call.deployment(), building, command);
        context().err().flush();
        call.remote().send(call.deployment().cache(), made, Optional.empty(), call.commit(), action, retry);
        return made;
    }

    private RebuildException takenBack(Generation made) {
        return new RebuildException(
                RebuildException.Kind.REVERTED,
                "on " + host + " what was sent ("
                        + made.manifest().configuration().subject()
                        + ") does not count: it was taken back there, for the reason above, or somebody has switched to"
                        + " something else meanwhile");
    }

    private int done(Generation made, String what, String outcome) {
        if (building.json()) {
            JsonObject object = new JsonObject();
            object.addProperty("host", host.toString());
            made.manifest().configuration().commit().ifPresent(commit -> object.addProperty("commit", commit));
            object.addProperty("outcome", outcome);
            context().out().println(object);
        } else {
            String commit = made.manifest()
                    .configuration()
                    .commit()
                    .map(hex -> new CommitId(hex).abbreviated())
                    .orElse("");
            context()
                    .out()
                    .println(commit + " (" + made.manifest().configuration().subject() + ") " + what);
        }
        return ExitCode.DONE.status();
    }
}
