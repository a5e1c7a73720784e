package org.sourceos.cli.system;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.sourceos.cli.CommandContext;
import org.sourceos.cli.ExitCode;
import org.sourceos.cli.Places;
import org.sourceos.cli.UsageException;
import org.sourceos.cli.progress.Progress;
import org.sourceos.config.ConfigException;
import org.sourceos.gitstore.config.CommitId;
import org.sourceos.gitstore.config.ConfigRepository;
import org.sourceos.gitstore.generation.Generation;
import org.sourceos.host.ProcessRunner;
import org.sourceos.rebuild.Rebuild;
import org.sourceos.rebuild.RebuildException;
import org.sourceos.rebuild.system.Switcher;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code sourceos hooks run}: what git calls, in the repository that it works on. */
@Command(
        name = "run",
        header = "What the installed hooks call.",
        description = "Exit status: 0 go on; 1 git shall not.",
        hidden = true,
        mixinStandardHelpOptions = true)
final class HooksRunCommand extends SystemSubcommand {
    private static final String BRANCH = "sourceos.branch";
    private static final String AUTO_SWITCH = "sourceos.autoSwitch";

    @Parameters(index = "0", paramLabel = "NAME", description = "the hook")
    private String name = "";

    @Parameters(index = "1..*", arity = "0..*", paramLabel = "ARGUMENT", description = "what git gives it")
    private List<String> arguments = List.of();

    HooksRunCommand(CommandContext context) {
        super(context);
    }

    @Override
    public Integer call() throws Exception {
        ConfigRepository repository = ConfigRepository.open(
                context().directory(),
                context().environment(),
                new ProcessRunner(),
                context().cancellation());
        Places here = new Places(repository.place(), places().store(), places().state(), places().runtime());
        try (Deployment deployment = Deployment.open(context(), here)) {
            PushGate gate = new PushGate(context(), deployment, repository);
            boolean fine = switch (name) {
                case "pre-commit" -> gate.allowsCommit();
                case "pre-push" -> prePush(gate);
                case "pre-receive" -> preReceive(gate, deployment, repository);
                case "post-receive" -> postReceive(deployment, repository);
                case "post-checkout", "post-merge" -> moved(deployment, repository);
                default -> throw new UsageException("there is no hook " + name + " of SourceOS");
            };
            return (fine ? ExitCode.DONE : ExitCode.FAILED).status();
        }
    }

    /** What git writes to a hook, a line a ref. */
    private List<List<String>> lines() throws IOException {
        String text = new String(context().in().readAllBytes(), StandardCharsets.UTF_8);
        return text.lines().map(line -> List.of(line.split(" "))).toList();
    }

    private static Optional<CommitId> id(String hex) {
        return hex.matches("0+") ? Optional.empty() : Optional.of(new CommitId(hex));
    }

    /** {@code <local ref> <local name> <remote ref> <remote name>} */
    private boolean prePush(PushGate gate) throws Exception {
        boolean fine = true;
        for (List<String> line : lines()) {
            Optional<CommitId> pushed = id(line.get(1));
            fine &= pushed.isEmpty() || gate.allows(pushed.get());
        }
        return fine;
    }

    private String branch(ConfigRepository repository) throws Exception {
        return "refs/heads/"
                + repository.setting(BRANCH, context().cancellation()).orElse("main");
    }

    /** {@code <old name> <new name> <ref>} */
    private boolean preReceive(PushGate gate, Deployment deployment, ConfigRepository repository) throws Exception {
        String branch = branch(repository);
        TrustGuard trust = new TrustGuard(context(), deployment, repository);
        List<CommitId> accepted = new ArrayList<>();
        for (List<String> line : lines()) {
            if (!trust.allowsUpdate(line.get(2), branch, id(line.get(0)), id(line.get(1)))) {
                return false;
            }
            if (line.get(2).equals(branch)) {
                if (!gate.allowsUpdate(branch, id(line.get(0)), id(line.get(1)))) {
                    return false;
                }
                id(line.get(1)).ifPresent(accepted::add);
            }
        }
        for (CommitId commit : accepted) {
            if (!builds(deployment, repository, commit)) {
                return false;
            }
        }
        return true;
    }

    private boolean builds(Deployment deployment, ConfigRepository repository, CommitId commit) throws Exception {
        if (deployment.generations().ofConfiguration(commit.hex()).isPresent()) {
            return true;
        }
        ConfigurationSource source = ConfigurationSource.ofCommit(context(), repository, commit, deployment.exports());
        try (Progress progress = Progress.of(context(), false, null)) {
            EvaluatedSystem system = EvaluatedSystem.of(context(), source);
            system.refuseWithoutRecipes();
            Generation built = deployment.build(system, Rebuild.Options.DEFAULT, progress);
            progress.close();
            say(named(built) + " is built");
            return true;
        } catch (RebuildException | UsageException | ConfigException e) {
            context().cancellation().throwIfCancelled();
            context().err().println(String.valueOf(e.getMessage()));
            say("refused: " + commit.abbreviated() + " cannot be built; nothing was changed");
            return false;
        }
    }

    /** What was accepted was built before: it only has to be made to count. */
    private boolean postReceive(Deployment deployment, ConfigRepository repository) throws Exception {
        String branch = branch(repository);
        for (List<String> line : lines()) {
            Optional<CommitId> commit = id(line.get(1));
            if (line.get(2).equals(branch) && commit.isPresent()) {
                deploy(deployment, commit.get());
            }
        }
        return true;
    }

    private void deploy(Deployment deployment, CommitId commit) throws Exception {
        Optional<Generation> built = deployment.generations().ofConfiguration(commit.hex());
        if (built.isEmpty()) {
            say(commit.abbreviated() + " was accepted without being built (was pre-receive not run?): "
                    + "sourceos-rebuild switch");
            return;
        }
        Switcher.Outcome outcome =
                deployment.switcher().activate(built.get(), context().cancellation());
        say(named(built.get()) + (outcome == Switcher.Outcome.NOTHING_TO_DO ? " counts already" : " counts now"));
    }

    /** After {@code git checkout} of a commit (not of files), or a merge. */
    private boolean moved(Deployment deployment, ConfigRepository repository) throws Exception {
        boolean ofFiles = name.equals("post-checkout")
                && arguments.size() == 3
                && !arguments.get(2).equals("1");
        if (ofFiles || !repository.isSet(AUTO_SWITCH, context().cancellation())) {
            return true;
        }
        CommitId head = repository.commit("HEAD", context().cancellation());
        if (builds(deployment, repository, head)) {
            deploy(deployment, head);
            return true;
        }
        return false;
    }
}
