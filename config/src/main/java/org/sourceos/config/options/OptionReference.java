package org.sourceos.config.options;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/** What a reader is told of options: one text for the terminal and for docs/options.md. */
public final class OptionReference {
    private static final int COLUMN = 44;

    private OptionReference() {}

    /** A line for each: its path and what it wants. */
    public static List<String> list(SortedMap<String, Option> options) {
        List<String> lines = new ArrayList<>();
        options.forEach((path, option) -> lines.add(pad(path) + option.type().described()));
        return lines;
    }

    private static String pad(String path) {
        return path.length() < COLUMN ? path + " ".repeat(COLUMN - path.length()) : path + "  ";
    }

    /** All of one option, in lines. */
    public static String text(String path, Option option) {
        StringBuilder out = new StringBuilder(path);
        line(out, "", option.description());
        line(out, "type: ", option.type().described());
        fallback(option).ifPresent(text -> line(out, "default: ", text));
        option.example().ifPresent(text -> line(out, "example: ", text));
        return out.toString();
    }

    private static void line(StringBuilder out, String label, String text) {
        if (!text.isEmpty()) {
            out.append("\n  ").append(label).append(text);
        }
    }

    private static Optional<String> fallback(Option option) {
        return option.fallback()
                .filter(Option.Fallback.Expression.class::isInstance)
                .map(expression -> ((Option.Fallback.Expression) expression).text());
    }

    /** All options as a table in Markdown. */
    public static String markdown(OptionSet options) {
        StringBuilder out = new StringBuilder("| option | type | default | example | |\n|---|---|---|---|---|\n");
        for (Map.Entry<String, Option> entry : options.byPath().entrySet()) {
            Option option = entry.getValue();
            out.append("| `").append(entry.getKey()).append("` | ");
            out.append(cell(option.type().described())).append(" | ");
            out.append(fallback(option).map(OptionReference::code).orElse("")).append(" | ");
            out.append(option.example().map(OptionReference::code).orElse("")).append(" | ");
            out.append(cell(option.description())).append(" |\n");
        }
        return out.toString();
    }

    private static String code(String text) {
        return "`" + cell(text) + "`";
    }

    private static String cell(String text) {
        return text.replace("|", "\\|");
    }

    /** The path that {@link OptionSet#byPath} has for an option of a configuration: free names as {@code <name>}. */
    public static String documented(OptionSet options, String path) {
        StringBuilder out = new StringBuilder();
        OptionSet at = options;
        boolean free = false;
        @Nullable OptionType inside = null;
        for (String part : path.split("\\.")) {
            out.append(out.length() == 0 ? "" : ".");
            @Nullable OptionType type;
            if (free) {
                out.append("<name>");
                type = inside;
            } else {
                out.append(part);
                type = at.find(part).map(Option::type).orElse(null);
            }
            free = type instanceof OptionType.SetOf;
            if (type instanceof OptionType.SetOf set) {
                inside = set.element();
            } else if (type instanceof OptionType.OrNull nullable
                    && nullable.type() instanceof OptionType.Group group) {
                at = group.options();
            } else {
                at = type instanceof OptionType.Group group ? group.options() : OptionSet.EMPTY;
            }
        }
        return out.toString();
    }
}
