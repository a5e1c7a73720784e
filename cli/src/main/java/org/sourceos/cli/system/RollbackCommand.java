package org.sourceos.cli.system;

import com.google.gson.JsonObject;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sourceos.cli.CommandContext;
import org.sourceos.cli.ExitCode;
import org.sourceos.cli.RequestFailedException;
import org.sourceos.cli.UsageException;
import org.sourceos.gitstore.generation.Generation;
import org.sourceos.gitstore.generation.Generations;
import org.sourceos.rebuild.system.Switcher;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code sourceos-rebuild rollback}. */
@Command(
        name = "rollback",
        header = "Make an earlier generation count again.",
        description = "Nothing is evaluated, fetched or built. From what is tried, it goes back to what counts.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  sourceos-rebuild rollback             the one before",
            "  sourceos-rebuild rollback --to 3",
            "  sourceos-rebuild rollback --to 1f2e3d4  the one of that commit of the configuration",
        })
final class RollbackCommand extends SystemSubcommand {
    @Option(names = "--to", paramLabel = "N|COMMIT", description = "this generation, or that of a commit")
    private @Nullable String to;

    @Option(names = "--json", description = "as JSON")
    private boolean json;

    RollbackCommand(CommandContext context) {
        super(context);
    }

    @Override
    public Integer call() throws Exception {
        try (Deployment deployment = Deployment.open(context(), places())) {
            Generation wanted = to == null ? before(deployment) : named(deployment, to);
            Switcher.Outcome outcome =
                    deployment.switcher().activate(wanted, context().cancellation());
            if (json) {
                JsonObject object = new JsonObject();
                object.addProperty("generation", wanted.number());
                object.addProperty("outcome", outcome.name().toLowerCase(java.util.Locale.ROOT));
                context().out().println(object);
            } else {
                context()
                        .out()
                        .println(named(wanted)
                                + (outcome == Switcher.Outcome.NOTHING_TO_DO ? " counts already" : " counts now"));
            }
            return ExitCode.DONE.status();
        }
    }

    /** From what is tried to what counts; from what counts to what counted before. */
    private static Generation before(Deployment deployment) throws Exception {
        Generations generations = deployment.generations();
        Generation current = generations
                .current()
                .orElseThrow(
                        () -> new RequestFailedException("nothing has been deployed yet: sourceos-rebuild switch"));
        if (deployment.switcher().tried().isPresent()) {
            return current;
        }
        return generations
                .before(current)
                .orElseThrow(() -> new RequestFailedException(
                        named(current) + " is the first: there is none before it; see list-generations"));
    }

    private Generation named(Deployment deployment, String name) throws Exception {
        Optional<Generation> found = name.matches("[0-9]{1,9}")
                ? deployment.generations().find(Integer.parseInt(name))
                : deployment
                        .generations()
                        .ofConfiguration(deployment
                                .repository()
                                .commit(name, context().cancellation())
                                .hex());
        return found.orElseThrow(() ->
                new UsageException("there is no generation " + name + ": sourceos-rebuild list-generations shows all"));
    }
}
