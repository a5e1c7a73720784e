package org.sourceos.cli.store;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.sourceos.cli.CommandContext;
import org.sourceos.cli.ExitCode;
import org.sourceos.gitstore.BuildCache;
import org.sourceos.gitstore.StoreRef;
import org.sourceos.gitstore.StoredItem;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sourceos store ls}. */
@Command(
        name = "ls",
        header = "List images, checkpoints, kernels, layers and sources.",
        mixinStandardHelpOptions = true,
        footer = {"", "Examples:", "  sourceos store ls", "  sourceos store ls vms --json"})
final class StoreListCommand extends StoreSubcommand implements Callable<Integer> {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm", Locale.ROOT);

    @Parameters(
            arity = "0..1",
            paramLabel = "KIND",
            completionCandidates = Kinds.class,
            description = "vms, checkpoints, kernels, layers or sources; all when not given")
    private @Nullable String kind;

    @Option(names = "--json", description = "as JSON")
    private boolean json;

    StoreListCommand(CommandContext context) {
        super(context);
    }

    @Override
    public Integer call() throws Exception {
        List<StoreRef.Namespace> namespaces = namespaces(kind);
        List<StoredItem> items = new ArrayList<>();
        try (BuildCache cache = open()) {
            for (StoreRef.Namespace namespace : namespaces) {
                items.addAll(cache.list(namespace));
            }
        }
        if (json) {
            JsonArray array = new JsonArray();
            for (StoredItem item : items) {
                JsonObject object = new JsonObject();
                object.addProperty("ref", item.ref().fullName());
                object.addProperty("commit", item.commit().hex());
                object.addProperty("made_at", item.madeAt().toString());
                object.addProperty("title", title(item));
                array.add(object);
            }
            context().out().println(array);
        } else {
            for (StoredItem item : items) {
                context()
                        .out()
                        .println(TIME.withZone(context().zone()).format(item.madeAt()) + "  " + item.ref() + "  "
                                + title(item));
            }
        }
        return ExitCode.DONE.status();
    }

    /** What a shell completes. */
    private static final class Kinds implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return List.of("vms", "checkpoints", "kernels", "layers", "sources").iterator();
        }
    }

    private static String title(StoredItem item) {
        return item.message().lines().findFirst().orElse("");
    }
}
