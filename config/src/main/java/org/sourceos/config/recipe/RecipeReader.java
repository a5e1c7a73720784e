package org.sourceos.config.recipe;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.sourceos.config.diagnostic.Complaints;
import org.sourceos.config.diagnostic.Position;
import org.sourceos.config.diagnostic.Quoted;
import org.sourceos.config.diagnostic.Suggestions;
import org.sourceos.config.recipe.PackageSpec.Located;
import org.sourceos.config.toml.CheckedTable;
import org.sourceos.config.toml.Found;

/** What the readers of a recipe's tables share: values whose shape is checked, with complaints for the others. */
final class RecipeReader {
    private static final String DEBIAN = "debian:";

    private final Complaints complaints;

    RecipeReader(Complaints complaints) {
        this.complaints = complaints;
    }

    Complaints complaints() {
        return complaints;
    }

    /** Empty when absent or complained about. */
    Optional<Found<String>> shaped(CheckedTable table, String key, Shape shape) {
        return table.string(key).filter(found -> fits(found, table.label(key), shape));
    }

    Optional<String> shapedText(CheckedTable table, String key, Shape shape) {
        return shaped(table, key, shape).map(Found::value);
    }

    /** The items that have the shape, in the order of the text. */
    List<Located> shapedList(CheckedTable table, String key, Shape shape) {
        return table.strings(key).stream()
                .filter(found -> fits(found, table.label(key), shape))
                .map(RecipeReader::located)
                .toList();
    }

    static List<String> texts(List<Located> list) {
        return list.stream().map(Located::text).toList();
    }

    static List<String> sorted(List<Located> list) {
        return list.stream().map(Located::text).sorted().toList();
    }

    boolean fits(Found<String> found, String what, Shape shape) {
        if (shape.fits(found.value())) {
            return true;
        }
        complaints.add(
                found.position(),
                what + ": " + Quoted.of(found.value()) + " is not " + shape.described(),
                shape.mended(found.value())
                        .map(mended -> "write " + Quoted.of(mended))
                        .or(shape::advice));
        return false;
    }

    /** One of a few words, the first of which holds when none is given or a wrong one was complained about. */
    String choice(CheckedTable table, String key, List<String> choices, String otherwise) {
        Optional<Found<String>> found = table.string(key);
        if (found.isEmpty() || choices.contains(found.get().value())) {
            return found.map(Found::value).orElse(otherwise);
        }
        String value = found.get().value();
        complaints.add(
                found.get().position(),
                table.label(key) + ": " + Quoted.of(value) + " is none of the values it can have",
                Suggestions.didYouMean(value, choices)
                        .orElse("write one of "
                                + String.join(
                                        ", ", choices.stream().map(Quoted::of).toList())));
        return otherwise;
    }

    SortedMap<String, String> environment(CheckedTable table, List<String> reserved) {
        SortedMap<String, String> environment = new TreeMap<>();
        for (Map.Entry<String, Found<String>> entry :
                table.stringTable("environment").entrySet()) {
            String name = entry.getKey();
            Position position = entry.getValue().position();
            if (reserved.contains(name)) {
                complaints.add(
                        position,
                        table.label("environment") + ": " + name + " is set by the build itself",
                        "remove it");
            } else if (fits(new Found<>(name, position), table.label("environment"), Shape.VARIABLE)) {
                environment.put(name, entry.getValue().value());
            }
        }
        return environment;
    }

    /** Paths below the recipe's folder. */
    List<Located> relativePaths(CheckedTable table, String key) {
        List<Located> paths = new ArrayList<>();
        for (Found<String> path : table.strings(key)) {
            Optional<String> mistake = SourceLocations.relativePathMistake(path.value());
            if (mistake.isPresent()) {
                complaints.add(
                        path.position(),
                        table.label(key) + ": the path " + Quoted.of(path.value()) + " " + mistake.get(),
                        "put the file beside the recipe and write its name");
            } else {
                paths.add(located(path));
            }
        }
        return paths;
    }

    /** Names of recipes, or {@code debian:NAME}. */
    List<Located> depends(CheckedTable table, String self) {
        List<Located> depends = new ArrayList<>();
        for (Found<String> found : table.strings("depends")) {
            String text = found.value();
            boolean fits =
                    fits(found, table.label("depends"), text.startsWith(DEBIAN) ? Shape.DEBIAN_PACKAGE : Shape.NAME);
            if (text.equals(self)) {
                complaints.add(
                        found.position(),
                        table.label("depends") + ": " + self + " cannot be needed to build itself",
                        "remove it, or write \"debian:" + self + "\" for Debian's");
            } else if (fits) {
                depends.add(located(found));
            }
        }
        return depends;
    }

    static Located located(Found<String> found) {
        return new Located(found.value(), found.position());
    }
}
