package org.sourceos.cli.system;

import com.google.gson.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sourceos.cli.CommandContext;
import org.sourceos.cli.ExitCode;
import org.sourceos.cli.RequestFailedException;
import org.sourceos.cli.UsageException;
import org.sourceos.gitstore.config.CommitId;
import org.sourceos.gitstore.generation.Generation;
import org.sourceos.rebuild.system.FailedCommits;
import org.sourceos.rebuild.system.Switcher;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sourceos-rebuild switch}. */
@Command(
        name = "switch",
        header = "Build what a commit of the configuration says, and make it count.",
        description = {
            "Everything is built before anything changes. A commit that was deployed before is not",
            "evaluated, fetched or built again.",
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  sourceos-rebuild switch",
            "  sourceos-rebuild switch HEAD~1",
            "  sourceos-rebuild switch --confirm 30s",
            "  sourceos-rebuild switch --retry         what was taken back before",
            "  sourceos-rebuild switch --target-host dad@desk:2222",
        })
final class SwitchCommand extends SystemSubcommand {
    @Mixin
    private BuildingOptions building = new BuildingOptions();

    @Mixin
    private TargetOptions target = new TargetOptions();

    @Option(names = "--retry", description = "try again what was taken back before")
    private boolean retry;

    @Option(
            names = "--confirm",
            paramLabel = "TIME",
            description = "take it back unless `sourceos-rebuild confirm` comes within this time (30s, 5m)")
    private @Nullable String confirm;

    SwitchCommand(CommandContext context) {
        super(context);
    }

    @Override
    public Integer call() throws Exception {
        Optional<TargetHost> host = target.host();
        if (host.isPresent()) {
            if (confirm != null) {
                throw new UsageException(
                        "--confirm and --target-host do not go together: `sourceos serve --confirm TIME`"
                                + " there says how long it waits, and this command confirms by a connection of its own");
            }
            return new RemoteRebuild(this, building, host.get()).makeCount(retry);
        }
        Optional<Duration> confirmWithin =
                confirm == null ? Optional.empty() : Optional.of(WaitTime.parse("--confirm", confirm));
        try (Deployment deployment = Deployment.open(context(), places())) {
            if (!retry) {
                refuseWhatFailed(deployment);
            }
            Generation generation = BuildSystemCommand.built(deployment, building, this);
            Optional<Generation> before = deployment.generations().current();
            Switcher.Outcome outcome = confirmWithin.isPresent()
                    ? waited(deployment, generation, confirmWithin.get())
                    : deployment.switcher().activate(generation, context().cancellation());
            return report(deployment, generation, before, outcome);
        }
    }

    private void refuseWhatFailed(Deployment deployment) throws Exception {
        if (building.dirty()) {
            return;
        }
        CommitId commit = building.commit(deployment.repository(), context()).orElseThrow();
        Optional<FailedCommits.Failure> before = deployment.failedCommits().find(commit.hex());
        if (before.isPresent()) {
            throw new RequestFailedException(commit.abbreviated() + " was deployed before and failed, "
                    + before.get().described() + "; to try it again: sourceos-rebuild switch --retry "
                    + commit.abbreviated());
        }
    }

    private Switcher.Outcome waited(Deployment deployment, Generation generation, Duration within) throws Exception {
        say(named(generation) + " counts for " + confirm + " unless it is confirmed: sourceos-rebuild confirm");
        context().err().flush();
        return deployment.switcher().activate(generation, within, context().cancellation());
    }

    private int report(
            Deployment deployment, Generation generation, Optional<Generation> before, Switcher.Outcome outcome) {
        ExitCode code = outcome == Switcher.Outcome.REVERTED ? ExitCode.REVERTED : ExitCode.DONE;
        if (building.json()) {
            JsonObject object = new JsonObject();
            object.addProperty("generation", generation.number());
            before.ifPresent(old -> object.addProperty("before", old.number()));
            object.addProperty("outcome", outcome.name().toLowerCase(Locale.ROOT));
            context().out().println(object);
            return code.status();
        }
        switch (outcome) {
            case DONE -> {
                context().out().println(named(generation) + " counts now");
                Path bin = deployment.profile().link().resolve("bin");
                String path = context().environment().getOrDefault("PATH", "");
                if (!(":" + path + ":").contains(":" + bin + ":")) {
                    say("its commands are in " + bin + ": put that on PATH");
                }
            }
            case WAITING, NOTHING_TO_DO -> context().out().println(named(generation) + " counts already");
            case REVERTED ->
                say("nobody confirmed " + named(generation) + " in time: "
                        + before.map(old -> named(old) + " counts again").orElse("none counts again"));
        }
        return code.status();
    }
}
