package org.sourceos.cli.system;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.sourceos.cli.CommandContext;
import org.sourceos.cli.ExitCode;
import org.sourceos.cli.Places;
import org.sourceos.cli.UsageException;
import org.sourceos.gitstore.StoreException;
import org.sourceos.gitstore.config.CommitId;
import org.sourceos.gitstore.config.ConfigRepository;
import org.sourceos.gitstore.generation.Generation;
import org.sourceos.host.ProcessRunner;
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
        String served = context().environment().get(ClosureStaging.SERVED);
        if (served != null) {
            Places there = new Places(Path.of(served), places().store(), places().state(), places().runtime());
            return closure(new ClosureHook(context(), there, repository)).status();
        }
        boolean fine = switch (name) {
            case "pre-receive" -> new PreReceive(context(), here, repository, branch(repository)).allows(updates());
            case "post-receive" -> {
                new PostReceive(context(), here, repository, branch(repository)).deploy(updates());
                yield true;
            }
            default -> inWorkingCopy(here, repository);
        };
        return (fine ? ExitCode.DONE : ExitCode.FAILED).status();
    }

    private ExitCode closure(ClosureHook hook) throws Exception {
        if (name.equals("pre-receive")) {
            return hook.allows(updates()) ? ExitCode.DONE : ExitCode.FAILED;
        }
        hook.deploy(updates());
        return ExitCode.DONE;
    }

    private boolean inWorkingCopy(Places here, ConfigRepository repository) throws Exception {
        try (Deployment deployment = Deployment.open(context(), here)) {
            PushGate gate = new PushGate(context(), deployment, repository);
            return switch (name) {
                case "pre-commit" -> gate.allowsCommit();
                case "pre-push" -> prePush(gate);
                case "post-checkout", "post-merge" -> moved(deployment, repository);
                default -> throw new UsageException("there is no hook " + name + " of SourceOS");
            };
        }
    }

    /** What git writes to a hook, a line a ref. */
    private String input() throws IOException {
        return new String(context().in().readAllBytes(), StandardCharsets.UTF_8);
    }

    private List<RefUpdate> updates() throws IOException, UsageException {
        return RefUpdate.parse(input());
    }

    /** {@code <local ref> <local name> <remote ref> <remote name>} */
    private boolean prePush(PushGate gate) throws Exception {
        boolean fine = true;
        for (String line : input().lines().toList()) {
            Optional<CommitId> pushed = RefUpdate.id(line.split(" ")[1]);
            fine &= pushed.isEmpty() || gate.allows(pushed.get());
        }
        return fine;
    }

    private String branch(ConfigRepository repository) throws Exception {
        return branch(repository, context());
    }

    /** The branch that is deployed. */
    static String branch(ConfigRepository repository, CommandContext context) throws StoreException {
        return "refs/heads/"
                + repository.setting(BRANCH, context.cancellation()).orElse("main");
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
        BuildSystemCommand.refuseUnsigned(deployment, context(), Optional.of(head));
        if (!new CommitBuild(context(), deployment, repository).succeeds(head, Optional.empty())) {
            return false;
        }
        Generation built = deployment.generations().ofConfiguration(head.hex()).orElseThrow();
        Switcher.Outcome outcome =
                deployment.switcher().activate(built, context().cancellation());
        say(named(built) + (outcome == Switcher.Outcome.NOTHING_TO_DO ? " counts already" : " counts now"));
        return true;
    }
}
