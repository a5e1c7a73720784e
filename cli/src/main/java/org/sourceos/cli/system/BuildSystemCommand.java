package org.sourceos.cli.system;

import com.google.gson.JsonObject;
import java.util.Optional;
import org.sourceos.cli.CommandContext;
import org.sourceos.cli.ExitCode;
import org.sourceos.cli.progress.Progress;
import org.sourceos.gitstore.config.CommitId;
import org.sourceos.gitstore.config.ConfigRepository;
import org.sourceos.gitstore.generation.Generation;
import org.sourceos.rebuild.system.WantedMachine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code sourceos-rebuild build}. */
@Command(
        name = "build",
        header = "Build what a commit says and record it as a generation, without making it count.",
        description = "`sourceos-rebuild switch` of the same commit has nothing to build then.",
        mixinStandardHelpOptions = true)
final class BuildSystemCommand extends SystemSubcommand {
    @Mixin
    private BuildingOptions building = new BuildingOptions();

    @Mixin
    private TargetOptions target = new TargetOptions();

    BuildSystemCommand(CommandContext context) {
        super(context);
    }

    @Override
    public Integer call() throws Exception {
        Optional<TargetHost> host = target.host();
        if (host.isPresent()) {
            return new RemoteRebuild(this, building, host.get()).build();
        }
        try (Deployment deployment = Deployment.open(context(), places())) {
            Generation generation = built(deployment, building, this);
            if (building.json()) {
                JsonObject object = new JsonObject();
                object.addProperty("generation", generation.number());
                context().out().println(object);
            } else {
                context().out().println(named(generation) + " is built");
            }
            return ExitCode.DONE.status();
        }
    }

    /** The generation that was made of the commit in question, or a new one. */
    static Generation built(Deployment deployment, BuildingOptions building, SystemSubcommand command)
            throws Exception {
        return built(
                deployment,
                building,
                command,
                () -> EvaluatedSystem.of(command.context(), source(deployment, building, command)));
    }

    /**
     * Where {@code trust/} of what is deployed demands signed commits.
     *
     * @param wanted empty for files that are not committed
     */
    static void refuseUnsigned(Deployment deployment, CommandContext context, Optional<CommitId> wanted)
            throws Exception {
        Optional<String> deployed = deployment
                .generations()
                .current()
                .flatMap(generation -> generation.manifest().configuration().commit());
        if (deployed.isEmpty() || deployed.equals(wanted.map(CommitId::hex))) {
            return;
        }
        Optional<ConfigRepository> repository =
                wanted.isPresent() ? Optional.of(deployment.repository()) : deployment.repositoryIfAny();
        if (repository.isEmpty()) {
            return;
        }
        SignatureGuard guard = new SignatureGuard(context, deployment.exports(), repository.get());
        if (wanted.isPresent()) {
            guard.check(new CommitId(deployed.get()), wanted.get());
        } else {
            guard.refuseFiles(new CommitId(deployed.get()));
        }
    }

    /** What evaluates the configuration, if it must be. */
    @FunctionalInterface
    interface Evaluating {
        EvaluatedSystem evaluate() throws Exception;
    }

    static Generation built(
            Deployment deployment, BuildingOptions building, SystemSubcommand command, Evaluating evaluating)
            throws Exception {
        if (building.dirty()) {
            refuseUnsigned(deployment, command.context(), Optional.empty());
        } else {
            CommitId commit =
                    building.commit(deployment.repository(), command.context()).orElseThrow();
            refuseUnsigned(deployment, command.context(), Optional.of(commit));
            Optional<Generation> known = deployment.generations().ofConfiguration(commit.hex());
            if (known.isPresent()) {
                return known.get();
            }
        }
        EvaluatedSystem system = evaluating.evaluate();
        system.refuseWithoutRecipes();
        system.programs().stream()
                .filter(program -> !program.given().withoutEffect().isEmpty())
                .forEach(program -> command.say("of " + program.name() + ", "
                        + String.join(", ", program.given().withoutEffect())
                        + " has no effect in this version: sets, and packages with settings of their own, do not reach"
                        + " builds"));
        system.programs()
                .forEach(program -> program.machine()
                        .map(WantedMachine::withoutEffect)
                        .filter(options -> !options.isEmpty())
                        .ifPresent(options -> command.say("of the machine " + program.name() + ", "
                                + String.join(", ", options) + " has no effect in this version")));
        SystemMachines.ofOthers(system.programs(), command.context())
                .forEach(program -> command.say("the machine " + program.name() + " of "
                        + program.user().orElse("")
                        + " is not started with the system: it would run as another account; "
                        + program.user().orElse("") + " starts it with run " + program.name()));
        try (Progress progress = building.progress(command.context())) {
            return deployment.build(system, building.options(), progress);
        }
    }

    /** The files that are meant; what is noted of them is said. */
    static ConfigurationSource source(Deployment deployment, BuildingOptions building, SystemSubcommand command)
            throws Exception {
        ConfigurationSource source;
        if (building.dirty()) {
            source = ConfigurationSource.ofFolder(command.places().config());
        } else {
            ConfigRepository repository = deployment.repository();
            CommitId commit = building.commit(repository, command.context()).orElseThrow();
            source = ConfigurationSource.ofCommit(command.context(), repository, commit, deployment.exports());
        }
        source.notes().forEach(command::say);
        return source;
    }
}
