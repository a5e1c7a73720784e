package org.sourceos.cli.system;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sourceos.cli.CommandContext;
import org.sourceos.cli.ExitCode;
import org.sourceos.cli.UsageException;
import org.sourceos.gitstore.config.ConfigRepository;
import org.sourceos.gitstore.generation.Generation;
import org.sourceos.rebuild.system.SystemChanges;
import org.sourceos.rebuild.system.SystemChanges.Change;
import org.sourceos.rebuild.system.SystemChanges.MachineChange;
import org.sourceos.rebuild.system.SystemState;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sourceos-rebuild diff}. */
@Command(
        name = "diff",
        header = "Show what changes between two systems: programs, their size, options, machines.",
        description = {
            "FROM and TO are generations by number, or commits of the configuration, which are evaluated",
            "and not built. Without them: what counts now, and HEAD.",
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  sourceos-rebuild diff                what a switch would change",
            "  sourceos-rebuild diff 3 4",
            "  sourceos-rebuild diff HEAD~10 HEAD",
        })
final class DiffCommand extends SystemSubcommand {
    @Parameters(arity = "0..1", index = "0", paramLabel = "FROM", description = "a generation or a commit")
    private @Nullable String from;

    @Parameters(arity = "0..1", index = "1", paramLabel = "TO", description = "a generation or a commit")
    private @Nullable String to;

    @Option(names = "--json", description = "as JSON")
    private boolean json;

    DiffCommand(CommandContext context) {
        super(context);
    }

    @Override
    public Integer call() throws Exception {
        try (Deployment deployment = Deployment.open(context(), places())) {
            Side before = from == null ? current(deployment) : side(deployment, from);
            Side after = side(deployment, to == null ? "HEAD" : to);
            List<Change> changes = new ArrayList<>(SystemChanges.between(before.state(), after.state()));
            SystemSize.change(before.size(), after.size()).ifPresent(changes::add);
            List<MachineChange> machines = SystemChanges.machines(before.state(), after.state());
            if (json) {
                JsonArray array = new JsonArray();
                for (Change change : changes) {
                    JsonObject object = new JsonObject();
                    object.addProperty("what", change.what());
                    change.before().ifPresent(text -> object.addProperty("before", text));
                    change.after().ifPresent(text -> object.addProperty("after", text));
                    array.add(object);
                }
                for (MachineChange machine : machines) {
                    JsonObject object = new JsonObject();
                    object.addProperty("machine", machine.machine());
                    object.addProperty("fate", machine.fate().name().toLowerCase(Locale.ROOT));
                    JsonArray why = new JsonArray();
                    machine.why().forEach(why::add);
                    object.add("why", why);
                    array.add(object);
                }
                context().out().println(array);
            } else {
                changes.forEach(change -> context().out().println(change.text()));
                machines.forEach(machine -> context().out().println(machine.text()));
                if (changes.isEmpty() && machines.isEmpty()) {
                    say("no difference");
                }
            }
            return ExitCode.DONE.status();
        }
    }

    private record Side(SystemState state, SystemSize size) {}

    private static Side current(Deployment deployment) throws Exception {
        Optional<Generation> current = deployment.generations().current();
        return current.isPresent()
                ? stored(deployment, current.get())
                : new Side(SystemState.none(), SystemSize.none());
    }

    private Side side(Deployment deployment, String name) throws Exception {
        if (name.matches("[0-9]{1,6}")) {
            Generation generation = deployment
                    .generations()
                    .find(Integer.parseInt(name))
                    .orElseThrow(() -> new UsageException("there is no generation " + name));
            return stored(deployment, generation);
        }
        ConfigRepository repository = deployment.repository();
        var commit = repository.commit(name, context().cancellation());
        Optional<Generation> known = deployment.generations().ofConfiguration(commit.hex());
        if (known.isPresent()) {
            return stored(deployment, known.get());
        }
        EvaluatedSystem system = EvaluatedSystem.of(
                context(), ConfigurationSource.ofCommit(context(), repository, commit, deployment.exports()));
        return new Side(
                SystemState.of(system.values().json(), system.programs()),
                SystemSize.of(deployment.cache(), system.programs()));
    }

    private static Side stored(Deployment deployment, Generation generation) throws Exception {
        return new Side(
                SystemState.of(deployment.generations().configuration(generation), generation.manifest()),
                SystemSize.of(deployment.cache(), generation));
    }
}
