package org.sourceos.cli.system;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.sourceos.cli.CommandContext;
import org.sourceos.cli.Places;
import org.sourceos.cli.RefusedException;
import org.sourceos.cli.UsageException;
import org.sourceos.config.ConfigException;
import org.sourceos.gitstore.ObjectName;
import org.sourceos.gitstore.ReceivedObjects;
import org.sourceos.gitstore.StoreException;
import org.sourceos.gitstore.closure.TransferRepository;
import org.sourceos.gitstore.config.CommitId;
import org.sourceos.gitstore.config.ConfigRepository;
import org.sourceos.gitstore.generation.Generation;
import org.sourceos.hooks.server.PushServer;
import org.sourceos.hooks.server.Right;
import org.sourceos.host.FileLock;
import org.sourceos.host.ProcessRunner;
import org.sourceos.rebuild.RebuildException;
import org.sourceos.rebuild.boot.BootInstaller;
import org.sourceos.rebuild.system.FailedCommits;
import org.sourceos.rebuild.system.ReceivedGeneration;
import org.sourceos.rebuild.system.Switcher;

/**
 * What git's hooks do in a {@linkplain ClosureStaging repository for closures}: the closure is checked, taken over into the store,
 * and recorded as a generation; then it is tried or made to count, where the push says so. Nothing is fetched or built.
 */
final class ClosureHook {
    private static final Pattern KERNEL = Pattern.compile(
            TransferRepository.KERNELS + "([0-9a-f]{40,64})/([0-9a-f]{12})/([A-Za-z0-9][A-Za-z0-9._-]{0,63})");

    private final CommandContext context;
    private final Places places;
    private final ConfigRepository staging;
    private final PushOptions options;

    /** @param staging the repository that the hook runs in */
    ClosureHook(CommandContext context, Places places, ConfigRepository staging) {
        this.context = context;
        this.places = places;
        this.staging = staging;
        this.options = new PushOptions(context.environment());
    }

    private boolean refuse(String why) {
        context.err().println("sourceos: refused: " + why + "; nothing was changed");
        return false;
    }

    private void say(String line) {
        context.err().println("sourceos: " + line);
        context.err().flush();
    }

    /** The commit that a push is of; empty if it is no such push. */
    private Optional<CommitId> commit(List<RefUpdate> updates) {
        Optional<CommitId> commit = target(updates, TransferRepository.CONFIGURATIONS);
        int kernels = options.action() == RemoteAction.BOOT ? 1 : 0;
        return commit.filter(of -> updates.size() == 2 + kernels
                && updates.stream().allMatch(update -> update.fresh().isPresent())
                && updates.stream().anyMatch(is(TransferRepository.CONFIGURATIONS + of.hex()))
                && updates.stream().anyMatch(is(TransferRepository.CLOSURES + of.hex()))
                && (kernels == 0 || kernel(updates, of).isPresent()));
    }

    private static Predicate<RefUpdate> is(String ref) {
        return update -> update.ref().equals(ref);
    }

    private static Optional<CommitId> target(List<RefUpdate> updates, String beginning) {
        return updates.stream()
                .filter(update -> update.ref().startsWith(beginning))
                .flatMap(update -> update.fresh().stream())
                .findFirst();
    }

    /**
     * A kernel that comes with a closure.
     *
     * @param key abbreviated
     */
    private record SentKernel(String key, String version, CommitId commit) {}

    private static Optional<SentKernel> kernel(List<RefUpdate> updates, CommitId of) {
        for (RefUpdate update : updates) {
            Matcher ref = KERNEL.matcher(update.ref());
            if (ref.matches() && ref.group(1).equals(of.hex()) && update.fresh().isPresent()) {
                return Optional.of(new SentKernel(
                        ref.group(2), ref.group(3), update.fresh().get()));
            }
        }
        return Optional.empty();
    }

    private ConfigRepository served() throws StoreException {
        // The variables of git's quarantine are of the other repository.
        return ConfigRepository.open(
                places.config(), HookEnvironment.of(context, places), new ProcessRunner(), context.cancellation());
    }

    /** Before the push is taken. */
    boolean allows(List<RefUpdate> updates) throws Exception {
        Optional<CommitId> commit = commit(updates);
        if (commit.isEmpty()) {
            return refuse("a closure is pushed by sourceos-rebuild --target-host, to " + TransferRepository.CLOSURES
                    + "COMMIT, with its commit");
        }
        CommitId closure = target(updates, TransferRepository.CLOSURES).orElseThrow();
        try (Deployment deployment = Deployment.open(context, places)) {
            if (!isAcceptable(deployment, commit.get())) {
                return false;
            }
            record(deployment, commit.get(), closure, kernel(updates, commit.get()));
            return true;
        } catch (RebuildException | StoreException | UsageException | RefusedException e) {
            context.cancellation().throwIfCancelled();
            return refuse(String.valueOf(e.getMessage()));
        } catch (ConfigException e) {
            context.err().println(String.valueOf(e.getMessage()));
            return refuse(commit.get().abbreviated() + " has mistakes");
        }
    }

    private boolean isAcceptable(Deployment deployment, CommitId commit) throws Exception {
        ConfigRepository served = served();
        if (served.hasCommit(context.cancellation())) {
            new SignatureGuard(context, deployment.exports(), staging)
                    .check(served.commit("HEAD", context.cancellation()), commit);
        }
        if (options.action() == RemoteAction.BUILD) {
            return true;
        }
        if (options.action() == RemoteAction.BOOT) {
            String right = context.environment().getOrDefault(PushServer.RIGHT, "");
            return right.equals(Right.ADMIN.name().toLowerCase(Locale.ROOT))
                    || refuse("a kernel has the whole computer, and only those whom trust/access.toml lists under admin"
                            + " may install one");
        }
        Optional<Switcher.Waiting> waiting = deployment.switcher().waiting();
        if (waiting.isPresent()) {
            return refuse("generation " + waiting.get().to() + " waits to be confirmed until "
                    + waiting.get().until());
        }
        Optional<FailedCommits.Failure> before = deployment.failedCommits().find(commit.hex());
        if (before.isPresent() && !options.retries()) {
            return refuse(commit.abbreviated() + " was deployed before and failed, "
                    + before.get().described() + ": --retry tries it again");
        }
        return true;
    }

    private void record(Deployment deployment, CommitId commit, CommitId closure, Optional<SentKernel> kernel)
            throws StoreException, IOException, RebuildException, ConfigException, UsageException {
        Optional<Generation> known = deployment.generations().ofConfiguration(commit.hex());
        if (known.isPresent() && kernel.isEmpty()) {
            say(SystemSubcommand.named(known.get()) + " is of this commit, and here already");
            return;
        }
        ConfigurationSource source = ConfigurationSource.ofCommit(context, staging, commit, deployment.exports());
        EvaluatedSystem system = EvaluatedSystem.of(context, source);
        Optional<BootInstallation> installation = kernel.isPresent()
                ? Optional.of(BootInstallation.of(context, BootInstallation.wanted(system), Optional.empty()))
                : Optional.empty();
        ReceivedGeneration.Checked checked;
        Optional<ObjectName> layer = Optional.empty();
        try (ReceivedObjects received = deployment.cache().received(received())) {
            checked = ReceivedGeneration.of(received, new ObjectName(closure.hex()))
                    .check(source.made(), system.values(), system.programs(), context.cancellation());
            if (kernel.isPresent()) {
                layer = Optional.of(checkedKernel(received, kernel.get()));
            }
        }
        deployment.cache().adopt(received().resolve("pack"), context.cancellation());
        Generation made = known.isPresent()
                ? known.get()
                : checked.record(
                        deployment.cache(), context.clock().instant(), "Built elsewhere, sent by " + options.pusher());
        say(SystemSubcommand.named(made) + " is here, whole and of this commit; nothing was built");
        if (layer.isPresent()) {
            install(deployment, made, kernel.orElseThrow(), layer.get(), installation.orElseThrow());
        }
    }

    private ObjectName checkedKernel(ReceivedObjects received, SentKernel kernel)
            throws StoreException, RebuildException {
        ObjectName tree = received.treeOf(new ObjectName(kernel.commit().hex()));
        Optional<String> problem = received.problemOfLayer(tree, context.cancellation());
        if (problem.isPresent()) {
            throw new RebuildException(
                    RebuildException.Kind.UNUSABLE, "the kernel that was sent is damaged: " + problem.get());
        }
        return tree;
    }

    private void install(
            Deployment deployment, Generation made, SentKernel kernel, ObjectName layer, BootInstallation installation)
            throws StoreException, RebuildException {
        Path file = deployment.cache().file(deployment.cache().layer(layer), "bzImage", context.cancellation());
        BootInstaller.Result result = installation.install(
                installation.kernel(made, kernel.version(), kernel.key(), file), BootInstallation.USUAL_ENTRIES);
        say("the next start is with Linux " + kernel.version() + " of " + SystemSubcommand.named(made) + ": "
                + result.entry());
    }

    /** Where git keeps what has come and was not accepted yet (git-receive-pack(1), "QUARANTINE ENVIRONMENT"). */
    private Path received() throws IOException {
        String quarantine = context.environment().get("GIT_QUARANTINE_PATH");
        if (quarantine == null) {
            throw new IOException("git has not said where it keeps what it has received");
        }
        return context.directory().resolve(quarantine);
    }

    /** After it was taken. */
    void deploy(List<RefUpdate> updates) throws Exception {
        CommitId commit = commit(updates).orElseThrow();
        ConfigRepository served = served();
        try (Deployment deployment = Deployment.open(context, places)) {
            Generation made =
                    deployment.generations().ofConfiguration(commit.hex()).orElseThrow();
            switch (options.action()) {
                case BUILD, BOOT -> {}
                case TEST -> {
                    deployment.switcher().attempt(made, context.cancellation());
                    say(SystemSubcommand.named(made) + " is tried until the next switch, rollback or restart");
                }
                case SWITCH -> again(deployment, served, commit);
            }
        }
    }

    /** A commit that the branch has: nothing is to be pushed to it, and it counts again. */
    private void again(Deployment deployment, ConfigRepository served, CommitId commit) throws Exception {
        String branch = HooksRunCommand.branch(served, context);
        Optional<CommitId> at = served.find(branch, context.cancellation());
        if (at.isEmpty() || !served.isAncestor(commit, at.get(), context.cancellation())) {
            say("not switched: " + branch + " here has no commit " + commit.abbreviated());
            return;
        }
        PostReceive after = new PostReceive(context, places, served, branch);
        PushQueue queue = new PushQueue(places.state(), served.gitDirectory());
        try (FileLock turn = queue.turnToSwitch(context.cancellation())) {
            after.activate(
                    deployment,
                    deployment.generations().ofConfiguration(commit.hex()).orElseThrow());
        }
    }
}
