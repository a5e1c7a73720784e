package org.sourceos.cli.store;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.sourceos.cli.CommandContext;
import org.sourceos.cli.ExitCode;
import org.sourceos.gitstore.BuildCache;
import org.sourceos.gitstore.StoreUsage;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code sourceos store du}. */
@Command(
        name = "du",
        header = "Show what takes how much room, and how much of it nothing else shares.",
        description = {
            "SIZE is what a ref's tree holds, OWN the part that no other ref holds: what removing it would free.",
            "Both are before compression. At the end, what all of it takes here, where each file is kept once; what it",
            "would if only whole layers were shared (as in registries of containers), each different layer counted with",
            "all its files; and if only whole results were (as in stores with a folder for each), each ref so counted.",
        },
        mixinStandardHelpOptions = true,
        footer = {"", "Examples:", "  sourceos store du", "  sourceos store du --json"})
final class StoreUsageCommand extends StoreSubcommand implements Callable<Integer> {
    @Option(names = "--json", description = "as JSON, in bytes")
    private boolean json;

    StoreUsageCommand(CommandContext context) {
        super(context);
    }

    @Override
    public Integer call() throws Exception {
        StoreUsage usage;
        try (BuildCache cache = open()) {
            usage = cache.usage(context().cancellation());
        }
        if (json) {
            JsonObject object = new JsonObject();
            JsonArray refs = new JsonArray();
            for (StoreUsage.Usage ref : usage.refs()) {
                JsonObject entry = new JsonObject();
                entry.addProperty("ref", ref.ref());
                entry.addProperty("logical_bytes", ref.logicalBytes());
                entry.addProperty("unique_bytes", ref.uniqueBytes());
                refs.add(entry);
            }
            object.add("refs", refs);
            object.addProperty(
                    "logical_bytes",
                    usage.refs().stream()
                            .mapToLong(StoreUsage.Usage::logicalBytes)
                            .sum());
            object.addProperty("files_bytes", usage.comparison().filesBytes());
            object.addProperty("as_layers_bytes", usage.comparison().layersBytes());
            object.addProperty("as_paths_bytes", usage.comparison().pathsBytes());
            object.addProperty("repository_bytes", usage.repositoryBytes());
            object.addProperty("derived_bytes", usage.derivedBytes());
            context().out().println(object);
            return ExitCode.DONE.status();
        }
        List<StoreUsage.Usage> largest = usage.refs().stream()
                .sorted(Comparator.comparingLong(StoreUsage.Usage::logicalBytes).reversed())
                .toList();
        context().out().printf("%10s %10s  %s%n", "SIZE", "OWN", "REF");
        for (StoreUsage.Usage ref : largest) {
            context()
                    .out()
                    .printf(
                            "%10s %10s  %s%n",
                            Sizes.text(ref.logicalBytes()), Sizes.text(ref.uniqueBytes()), ref.ref());
        }
        StoreUsage.Comparison all = usage.comparison();
        context()
                .out()
                .println("in all: " + Sizes.text(all.filesBytes()) + "; as whole layers "
                        + Sizes.text(all.layersBytes()) + ratio(all.layersBytes(), all.filesBytes())
                        + ", as whole results "
                        + Sizes.text(all.pathsBytes()) + ratio(all.pathsBytes(), all.filesBytes()));
        context()
                .out()
                .println("on disk: " + Sizes.text(usage.repositoryBytes()) + " in git, "
                        + Sizes.text(usage.derivedBytes()) + " in files that can be made again");
        return ExitCode.DONE.status();
    }

    private static String ratio(long other, long here) {
        return here == 0 ? "" : String.format(Locale.ROOT, " (%.1f times)", (double) other / here);
    }
}
