package org.sourceos.cli.system;

import java.util.Optional;
import org.sourceos.cli.CommandContext;
import org.sourceos.cli.ExitCode;
import org.sourceos.cli.PlanText;
import org.sourceos.gitstore.config.CommitId;
import org.sourceos.gitstore.config.ConfigRepository;
import org.sourceos.gitstore.generation.Generation;
import org.sourceos.rebuild.plan.BuildPlan;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code sourceos-rebuild dry-run}. */
@Command(name = "dry-run", header = "Say what a switch would build; do nothing.", mixinStandardHelpOptions = true)
final class DryRunCommand extends SystemSubcommand {
    @Mixin
    private BuildingOptions building = new BuildingOptions();

    @Mixin
    private TargetOptions target = new TargetOptions();

    DryRunCommand(CommandContext context) {
        super(context);
    }

    @Override
    public Integer call() throws Exception {
        try (Deployment deployment = Deployment.open(context(), places())) {
            ConfigurationSource source;
            if (building.dirty()) {
                source = ConfigurationSource.ofFolder(places().config());
            } else {
                ConfigRepository repository = deployment.repository();
                CommitId commit = building.commit(repository, context()).orElseThrow();
                Optional<Generation> known = deployment.generations().ofConfiguration(commit.hex());
                if (known.isPresent() && !building.json()) {
                    say(named(known.get()) + " was made of this commit: nothing would be built");
                }
                source = ConfigurationSource.ofCommit(context(), repository, commit, deployment.exports());
            }
            source.notes().forEach(this::say);
            EvaluatedSystem system = EvaluatedSystem.of(context(), source);
            system.refuseWithoutRecipes();
            for (BuildPlan plan : deployment.plan(system)) {
                context().out().print(building.json() ? PlanText.json(plan) + "\n" : PlanText.of(plan));
            }
        }
        Optional<TargetHost> host = target.host();
        return host.isPresent() ? new RemoteRebuild(this, building, host.get()).dryRun() : ExitCode.DONE.status();
    }
}
