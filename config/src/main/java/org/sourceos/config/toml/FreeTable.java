package org.sourceos.config.toml;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.sourceos.config.diagnostic.Complaints;
import org.sourceos.config.diagnostic.Position;
import org.sourceos.config.diagnostic.Quoted;
import org.tomlj.TomlArray;
import org.tomlj.TomlPosition;
import org.tomlj.TomlTable;

/** A table whose keys are names of the user's, each a string for short or a table of known keys. */
public final class FreeTable {
    private final TomlTable table;
    private final List<TableSchema> all;
    private final Complaints complaints;

    /** How messages name it, {@code dependencies}. */
    private final String title;

    FreeTable(String title, TomlTable table, List<TableSchema> all, Complaints complaints) {
        this.title = title;
        this.table = table;
        this.all = all;
        this.complaints = complaints;
    }

    public Set<String> names() {
        return table.keySet();
    }

    public Position keyPosition(String name) {
        return position(table.inputPositionOf(List.of(name)));
    }

    /** The short form; empty when it is a table. */
    public Optional<Found<String>> string(String name) {
        return table.get(List.of(name)) instanceof String text
                ? Optional.of(new Found<>(text, valuePosition(name)))
                : Optional.empty();
    }

    /**
     * The long form; empty when it is the short form, or neither, which is complained about.
     *
     * @param example of the short form, for the complaint
     */
    public Optional<CheckedTable> table(String name, TableSchema schema, String example) {
        Object value = table.get(List.of(name));
        if (value instanceof TomlTable inner) {
            return Optional.of(CheckedTable.of(
                    inner, keyPosition(name), schema.titled("[" + title + "." + name + "]"), all, complaints));
        }
        if (value != null && !(value instanceof String)) {
            Position place = valuePosition(name);
            complaints.add(
                    place,
                    "[" + title + "] " + name + ": expected a string or a table, found " + CheckedTable.typeName(value),
                    "write " + name + " = " + asString(value, place).orElse(example));
        }
        return Optional.empty();
    }

    private Optional<String> asString(Object value, Position place) {
        if (value instanceof TomlArray array) {
            return array.size() == 1 && array.get(0) instanceof String text
                    ? Optional.of(Quoted.of(text))
                    : Optional.empty();
        }
        return CheckedTable.literal(place, complaints).map(literal -> "\"" + literal + "\"");
    }

    private Position valuePosition(String name) {
        return position(Optional.ofNullable(table.entry(List.of(name)))
                .map(entry -> entry.value().position())
                .orElse(null));
    }

    private Position position(@Nullable TomlPosition position) {
        return position == null
                ? complaints.text().position(1, 1)
                : complaints.text().position(position.line(), position.column());
    }
}
