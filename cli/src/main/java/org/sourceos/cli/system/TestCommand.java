package org.sourceos.cli.system;

import com.google.gson.JsonObject;
import java.util.Locale;
import java.util.Optional;
import org.sourceos.cli.CommandContext;
import org.sourceos.cli.ExitCode;
import org.sourceos.gitstore.generation.Generation;
import org.sourceos.rebuild.system.Switcher;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code sourceos-rebuild test}. */
@Command(
        name = "test",
        header = "Build what a commit says and try it: active now, but not what is come back to.",
        description = {
            "Its commands take the place of the others, and `run NAME` means what it means by the name.",
            "What counts does not change: the next switch or rollback, and a restart of the computer,",
            "leave what is tried. `sourceos-rebuild switch` of the same commit makes it count.",
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  sourceos-rebuild test --dirty   try the files as they are",
            "  sourceos-rebuild rollback       back to what counts",
        })
final class TestCommand extends SystemSubcommand {
    @Mixin
    private BuildingOptions building = new BuildingOptions();

    @Mixin
    private TargetOptions target = new TargetOptions();

    TestCommand(CommandContext context) {
        super(context);
    }

    @Override
    public Integer call() throws Exception {
        Optional<TargetHost> host = target.host();
        if (host.isPresent()) {
            return new RemoteRebuild(this, building, host.get()).test();
        }
        try (Deployment deployment = Deployment.open(context(), places())) {
            Generation generation = BuildSystemCommand.built(deployment, building, this);
            Optional<Generation> counts = deployment.generations().current();
            Switcher.Outcome outcome =
                    deployment.switcher().attempt(generation, context().cancellation());
            if (building.json()) {
                JsonObject object = new JsonObject();
                object.addProperty("generation", generation.number());
                counts.ifPresent(current -> object.addProperty("current", current.number()));
                object.addProperty("outcome", outcome.name().toLowerCase(Locale.ROOT));
                context().out().println(object);
                return ExitCode.DONE.status();
            }
            boolean current =
                    counts.filter(c -> c.number() == generation.number()).isPresent();
            context()
                    .out()
                    .println(named(generation)
                            + (current ? " counts" : " is tried until the next switch, rollback or restart"));
            if (!current) {
                say(counts.map(c -> named(c) + " counts").orElse("none counts yet")
                        + ": sourceos-rebuild rollback goes back, sourceos-rebuild switch keeps what is tried");
            }
            return ExitCode.DONE.status();
        }
    }
}
