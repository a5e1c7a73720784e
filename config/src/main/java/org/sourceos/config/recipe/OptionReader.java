package org.sourceos.config.recipe;

import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.sourceos.config.diagnostic.Quoted;
import org.sourceos.config.options.Option;
import org.sourceos.config.options.OptionType;
import org.sourceos.config.options.TypeText;
import org.sourceos.config.toml.CheckedTable;
import org.sourceos.config.toml.Found;
import org.sourceos.config.toml.FreeTable;

/** Reads {@code [options.NAME]} and {@code NAME = "type"}. */
final class OptionReader {
    private final RecipeReader reader;

    OptionReader(RecipeReader reader) {
        this.reader = reader;
    }

    SortedMap<String, Option> read(Optional<FreeTable> table) {
        SortedMap<String, Option> options = new TreeMap<>();
        table.ifPresent(found -> found.names().forEach(name -> {
            Found<String> key = new Found<>(name, found.keyPosition(name));
            Optional<CheckedTable> details = found.table(name, RecipeKeys.OPTION, "\"string\"");
            Optional<OptionType> type = details.isPresent()
                    ? details.get().string("type").flatMap(text -> type(name, text, details.get()))
                    : found.string(name).flatMap(text -> type(name, text));
            if (reader.fits(key, "option", Shape.OPTION) && type.isPresent()) {
                String description = details.flatMap(inner -> reader.shapedText(inner, "description", Shape.LINE))
                        .orElse("");
                options.put(name, new Option(name, type.get(), Optional.empty(), Optional.empty(), description));
            }
        }));
        return options;
    }

    private Optional<OptionType> type(String name, Found<String> text, CheckedTable details) {
        List<String> choices =
                details.strings("choices").stream().map(Found::value).toList();
        if (choices.isEmpty()) {
            return type(name, text);
        }
        if (!text.value().equals("string")) {
            reader.complaints()
                    .add(text.position(), details.label("type") + ": choices are strings", "write type = \"string\"");
        }
        return Optional.of(new OptionType.Choice(choices));
    }

    private Optional<OptionType> type(String name, Found<String> text) {
        Optional<OptionType> type = TypeText.parse(text.value());
        if (type.isEmpty()) {
            reader.complaints()
                    .add(
                            text.position(),
                            "[options] " + name + ": " + Quoted.of(text.value()) + " is no type",
                            "write one of " + TypeText.GRAMMAR);
        }
        return type;
    }
}
