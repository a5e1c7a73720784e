package org.sourceos.cli.system;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.sourceos.cli.CommandContext;
import org.sourceos.cli.ExitCode;
import org.sourceos.gitstore.generation.Generation;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code sourceos-rebuild list-generations}. */
@Command(
        name = "list-generations",
        header = "List what was deployed, newest first; the one that counts has a star, one that is tried a plus.",
        mixinStandardHelpOptions = true)
final class ListGenerationsCommand extends SystemSubcommand {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm", Locale.ROOT);

    @Option(
            names = {"-n", "--number"},
            paramLabel = "N",
            defaultValue = "20",
            description = "at most so many; 0 for all (default: ${DEFAULT-VALUE})")
    private int most;

    @Option(names = "--json", description = "as JSON")
    private boolean json;

    ListGenerationsCommand(CommandContext context) {
        super(context);
    }

    @Override
    public Integer call() throws Exception {
        try (Deployment deployment = Deployment.open(context(), places())) {
            Optional<Integer> current = deployment.generations().current().map(Generation::number);
            List<Generation> found = deployment.generations().newest(most <= 0 ? Integer.MAX_VALUE : most);
            Optional<Integer> tried = deployment.switcher().tried();
            JsonArray array = new JsonArray();
            for (Generation generation : found) {
                boolean counts = current.equals(Optional.of(generation.number()));
                boolean isTried = tried.equals(Optional.of(generation.number()));
                if (json) {
                    array.add(object(generation, counts, isTried));
                } else {
                    context().out().println(line(generation, counts ? "*" : isTried ? "+" : " "));
                }
            }
            if (json) {
                context().out().println(array);
            } else if (found.isEmpty()) {
                say("nothing has been deployed yet: sourceos-rebuild switch");
            }
            return ExitCode.DONE.status();
        }
    }

    private String line(Generation generation, String mark) {
        return String.format(
                Locale.ROOT,
                "%s %4d  %s  %s  %s",
                mark,
                generation.number(),
                TIME.withZone(context().zone()).format(generation.madeAt()),
                generation
                        .manifest()
                        .configuration()
                        .commit()
                        .map(commit -> commit.substring(0, 12))
                        .orElse("-           "),
                generation.manifest().configuration().subject());
    }

    private static JsonObject object(Generation generation, boolean counts, boolean tried) {
        JsonObject object = new JsonObject();
        object.addProperty("generation", generation.number());
        object.addProperty("current", counts);
        object.addProperty("tried", tried);
        object.addProperty("made_at", generation.madeAt().toString());
        generation.manifest().configuration().commit().ifPresent(commit -> object.addProperty("commit", commit));
        object.addProperty("subject", generation.manifest().configuration().subject());
        object.addProperty("programs", generation.manifest().programs().size());
        return object;
    }
}
