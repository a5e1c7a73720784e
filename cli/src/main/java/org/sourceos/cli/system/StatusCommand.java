package org.sourceos.cli.system;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.sourceos.cli.CommandContext;
import org.sourceos.cli.ExitCode;
import org.sourceos.gitstore.StoreException;
import org.sourceos.gitstore.config.CommitId;
import org.sourceos.gitstore.config.ConfigRepository;
import org.sourceos.gitstore.generation.Generation;
import org.sourceos.gitstore.generation.GenerationManifest.Program;
import org.sourceos.rebuild.RebuildException;
import org.sourceos.rebuild.system.FailedCommits;
import org.sourceos.rebuild.system.Switcher;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code sourceos-rebuild status}. */
@Command(
        name = "status",
        header = "Say which generation counts, and what of the configuration is not deployed.",
        mixinStandardHelpOptions = true)
final class StatusCommand extends SystemSubcommand {
    @Option(names = "--json", description = "as JSON")
    private boolean json;

    StatusCommand(CommandContext context) {
        super(context);
    }

    @Override
    public Integer call() throws Exception {
        try (Deployment deployment = Deployment.open(context(), places())) {
            Optional<Generation> current = deployment.generations().current();
            Optional<Switcher.Waiting> waiting = deployment.switcher().waiting();
            Optional<ConfigRepository> repository = deployment.repositoryIfAny();
            Optional<Integer> tried = deployment.switcher().tried();
            Optional<CommitId> head = repository.isPresent() ? head(repository.get()) : Optional.empty();
            // What counts can be told without a configuration.
            boolean clean = repository.isEmpty()
                    || repository.get().changes(context().cancellation()).isEmpty();
            if (json) {
                JsonObject object = new JsonObject();
                current.ifPresent(generation -> object.addProperty("generation", generation.number()));
                current.flatMap(generation ->
                                generation.manifest().configuration().commit())
                        .ifPresent(commit -> object.addProperty("deployed_commit", commit));
                head.ifPresent(commit -> object.addProperty("head", commit.hex()));
                object.addProperty("clean", clean);
                tried.ifPresent(number -> object.addProperty("tried", number));
                failure(deployment, head).ifPresent(why -> object.addProperty("head_failed", why));
                JsonArray changed = new JsonArray();
                changed(deployment).forEach(changed::add);
                object.add("changed_by_hand", changed);
                JsonArray amiss = new JsonArray();
                deployment.machines().amiss(deployment.switcher().active()).forEach(amiss::add);
                object.add("machines_amiss", amiss);
                waiting.ifPresent(
                        w -> object.addProperty("confirm_by", w.until().toString()));
                context().out().println(object);
            } else {
                text(current, waiting, head, clean);
                tried.ifPresent(number -> context()
                        .out()
                        .println("generation " + number + " is tried, until the next switch, rollback or restart"));
                deployment
                        .machines()
                        .amiss(deployment.switcher().active())
                        .forEach(context().out()::println);
                failure(deployment, head)
                        .ifPresent(why -> context().out().println("HEAD was deployed before and failed, " + why));
                for (String file : changed(deployment)) {
                    context()
                            .out()
                            .println("changed by hand: " + places().state().resolve(file)
                                    + " (sourceos-rebuild switch puts it right, and keeps a copy)");
                }
            }
            return ExitCode.DONE.status();
        }
    }

    /** Of what is active: the link leads to what is tried, and that is nobody's doing by hand. */
    private static List<String> changed(Deployment deployment) throws IOException, RebuildException {
        Optional<Generation> active = deployment.switcher().active();
        return active.isEmpty() ? List.of() : deployment.profile().changed(active.get());
    }

    private static Optional<String> failure(Deployment deployment, Optional<CommitId> head) throws IOException {
        return head.isEmpty()
                ? Optional.empty()
                : deployment.failedCommits().find(head.get().hex()).map(FailedCommits.Failure::described);
    }

    private void text(
            Optional<Generation> current, Optional<Switcher.Waiting> waiting, Optional<CommitId> head, boolean clean) {
        context()
                .out()
                .println(current.map(generation -> named(generation) + " counts")
                        .orElse("nothing has been deployed yet: sourceos-rebuild switch"));
        current.ifPresent(generation -> {
            for (Program program : generation.manifest().programs()) {
                context()
                        .out()
                        .println("  " + program.name() + "  " + program.packageName() + " " + program.version()
                                + program.user().map(user -> "  for " + user).orElse(""));
            }
        });
        waiting.ifPresent(w -> context()
                .out()
                .println("generation " + w.to() + " is taken back at " + w.until()
                        + " unless it is confirmed: sourceos-rebuild confirm"));
        Optional<String> deployed = current.flatMap(
                generation -> generation.manifest().configuration().commit());
        if (head.isPresent() && !deployed.equals(head.map(CommitId::hex))) {
            context()
                    .out()
                    .println(
                            "HEAD is " + head.get().abbreviated() + ", which is not deployed: sourceos-rebuild switch");
        }
        if (!clean) {
            context().out().println("the configuration has changes that are not committed");
        }
    }

    private Optional<CommitId> head(ConfigRepository repository) {
        try {
            return Optional.of(repository.commit("HEAD", context().cancellation()));
        } catch (StoreException e) {
            return Optional.empty(); // nothing has been committed yet
        }
    }
}
