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

    BuildSystemCommand(CommandContext context) {
        super(context);
    }

    @Override
    public Integer call() throws Exception {
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
        CommandContext context = command.context();
        if (building.dirty()) {
            refuseUnsigned(deployment, context, Optional.empty());
            return made(
                    deployment,
                    building,
                    command,
                    ConfigurationSource.ofFolder(command.places().config()));
        }
        ConfigRepository repository = deployment.repository();
        CommitId commit = building.commit(repository, context).orElseThrow();
        refuseUnsigned(deployment, context, Optional.of(commit));
        Optional<Generation> known = deployment.generations().ofConfiguration(commit.hex());
        return known.isPresent()
                ? known.get()
                : made(
                        deployment,
                        building,
                        command,
                        ConfigurationSource.ofCommit(context, repository, commit, deployment.exports()));
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

    private static Generation made(
            Deployment deployment, BuildingOptions building, SystemSubcommand command, ConfigurationSource source)
            throws Exception {
        source.notes().forEach(command::say);
        EvaluatedSystem system = EvaluatedSystem.of(command.context(), source);
        system.refuseWithoutRecipes();
        system.programs().stream()
                .filter(program -> !program.withoutEffect().isEmpty())
                .forEach(program -> command.say("of " + program.name() + ", "
                        + String.join(", ", program.withoutEffect())
                        + " has no effect yet: paths and packages do not reach builds in this version"));
        system.programs()
                .forEach(program -> program.machine()
                        .map(WantedMachine::withoutEffect)
                        .filter(options -> !options.isEmpty())
                        .ifPresent(options -> command.say("of the machine " + program.name() + ", "
                                + String.join(", ", options) + " has no effect in this version")));
        try (Progress progress = building.progress(command.context())) {
            return deployment.build(system, building.options(), progress);
        }
    }
}
