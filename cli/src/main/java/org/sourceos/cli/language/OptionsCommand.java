package org.sourceos.cli.language;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.sourceos.cli.CommandContext;
import org.sourceos.cli.ExitCode;
import org.sourceos.cli.SourceOs;
import org.sourceos.config.ConfigException;
import org.sourceos.config.diagnostic.Suggestions;
import org.sourceos.config.nix.EvalException;
import org.sourceos.config.nix.Place;
import org.sourceos.config.options.ConfigurationReader.Configuration;
import org.sourceos.config.options.Option.Fallback;
import org.sourceos.config.options.OptionReference;
import org.sourceos.config.options.OptionSet;
import org.sourceos.config.system.SystemOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code sourceos options}: what a configuration can set. */
@Command(
        name = "options",
        header = "Explain the options of a configuration, and where they are set.",
        description = {
            "PATTERN is a part of an option's path; * stands for anything. Without one, all options are listed.",
            "Where there is a configuration, the places that set an option are shown with it.",
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  sourceos options",
            "  sourceos options kernel",
            "  sourceos options 'users.*.input'",
            "  sourceos options --json vms | jq 'keys'",
        })
public final class OptionsCommand implements Callable<Integer> {
    private final CommandContext context;

    @ParentCommand
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private SourceOs parent;

    @Parameters(arity = "0..1", paramLabel = "PATTERN", description = "a part of an option's path")
    private @Nullable String pattern;

    @Option(names = "--json", description = "as JSON: an object by path")
    private boolean json;

    OptionsCommand(CommandContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws Exception {
        SortedMap<String, List<Place>> places = new TreeMap<>();
        OptionSet options = SystemOptions.all();
        Path entry = parent.places().config().resolve(ConfigurationFolder.ENTRY);
        if (Files.isRegularFile(entry)) {
            try {
                ConfigurationFolder folder =
                        ConfigurationFolder.at(parent.places().config());
                Configuration configuration =
                        folder.reader(context, folder.packages(context)).read(entry.toString());
                options = configuration.options();
                configuration.places().forEach((path, set) -> places.put(documented(path), set));
            } catch (ConfigException | EvalException e) {
                context.err()
                        .println("note: " + entry
                                + " has mistakes (`sourceos check` shows them), so what it sets is not shown");
            }
        }
        SortedMap<String, org.sourceos.config.options.Option> found = matching(options.byPath());
        if (found.isEmpty()) {
            context.err()
                    .println("sourceos: no option's path has " + pattern + " in it"
                            + Suggestions.didYouMean(
                                            String.valueOf(pattern),
                                            options.byPath().keySet())
                                    .map(text -> "; " + text)
                                    .orElse(""));
            return ExitCode.FAILED.status();
        }
        if (json) {
            context.out().println(json(found, places));
        } else if (pattern == null) {
            OptionReference.list(found).forEach(context.out()::println);
        } else {
            found.forEach((path, option) -> {
                context.out().println(OptionReference.text(path, option));
                placesOf(path, places).forEach(place -> context.out().println("  set at: " + place));
                context.out().println();
            });
        }
        return ExitCode.DONE.status();
    }

    private static List<Place> placesOf(String path, Map<String, List<Place>> places) {
        return places.getOrDefault(path, List.of());
    }

    /** {@code users.dad.packages} as {@code users.<name>.packages}: what follows a set with free names. */
    private static String documented(String path) {
        return OptionReference.documented(SystemOptions.all(), path);
    }

    private SortedMap<String, org.sourceos.config.options.Option> matching(
            SortedMap<String, org.sourceos.config.options.Option> all) {
        if (pattern == null) {
            return all;
        }
        Pattern wanted = Pattern.compile(
                ".*" + Pattern.quote(pattern).replace("*", "\\E.*\\Q") + ".*", Pattern.CASE_INSENSITIVE);
        SortedMap<String, org.sourceos.config.options.Option> found = new TreeMap<>(all);
        found.keySet().removeIf(path -> !wanted.matcher(path).matches());
        return found;
    }

    private static String json(
            SortedMap<String, org.sourceos.config.options.Option> found, Map<String, List<Place>> places) {
        JsonObject all = new JsonObject();
        found.forEach((path, option) -> {
            JsonObject one = new JsonObject();
            one.addProperty("type", option.type().described());
            option.fallback().ifPresent(fallback -> {
                if (fallback instanceof Fallback.Expression expression) {
                    one.addProperty("default", expression.text());
                }
            });
            option.example().ifPresent(text -> one.addProperty("example", text));
            one.addProperty("description", option.description());
            JsonArray set = new JsonArray();
            placesOf(path, places).forEach(place -> set.add(place.toString()));
            one.add("set", set);
            all.add(path, one);
        });
        return all.toString();
    }
}
