package org.sourceos.cli.store;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.sourceos.cli.CommandContext;
import org.sourceos.cli.ExitCode;
import org.sourceos.cli.UsageException;
import org.sourceos.gitstore.BuildCache;
import org.sourceos.gitstore.collect.StoreGraph;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code sourceos store graph}. */
@Command(
        name = "graph",
        header = "Draw what shares what: generations, images, layers, results.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  sourceos store graph --format svg > store.svg",
            "  sourceos store graph | dot -Tpdf > store.pdf",
        })
final class StoreGraphCommand extends StoreSubcommand implements Callable<Integer> {
    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            completionCandidates = Formats.class,
            description = "dot (for Graphviz; the default), svg or json")
    private String format = "dot";

    @Option(names = "--json", description = "as --format json")
    private boolean json;

    StoreGraphCommand(CommandContext context) {
        super(context);
    }

    @Override
    public Integer call() throws Exception {
        StoreGraph graph;
        if (!Formats.ALL.contains(format)) {
            throw new UsageException("--format " + format + ": there are dot, svg and json");
        }
        try (BuildCache cache = open()) {
            graph = StoreGraph.of(cache);
        }
        switch (json ? "json" : format) {
            case "svg" -> context().out().print(GraphDrawing.svg(graph));
            case "json" -> context().out().println(json(graph));
            default -> context().out().print(GraphDrawing.dot(graph));
        }
        return ExitCode.DONE.status();
    }

    /** What a shell completes. */
    private static final class Formats implements Iterable<String> {
        private static final List<String> ALL = List.of("dot", "svg", "json");

        @Override
        public Iterator<String> iterator() {
            return ALL.iterator();
        }
    }

    private static JsonObject json(StoreGraph graph) {
        JsonArray nodes = new JsonArray();
        for (StoreGraph.Node node : graph.nodes()) {
            JsonObject entry = new JsonObject();
            entry.addProperty("id", node.id());
            entry.addProperty("kind", node.kind().name().toLowerCase(Locale.ROOT));
            entry.addProperty("label", node.label());
            entry.addProperty("bytes", node.bytes());
            nodes.add(entry);
        }
        JsonArray edges = new JsonArray();
        for (StoreGraph.Edge edge : graph.edges()) {
            JsonObject entry = new JsonObject();
            entry.addProperty("from", edge.from());
            entry.addProperty("to", edge.to());
            edges.add(entry);
        }
        JsonObject object = new JsonObject();
        object.add("nodes", nodes);
        object.add("edges", edges);
        return object;
    }
}
