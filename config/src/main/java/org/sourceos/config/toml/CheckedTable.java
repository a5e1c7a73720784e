package org.sourceos.config.toml;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.sourceos.config.diagnostic.Complaints;
import org.sourceos.config.diagnostic.Position;
import org.sourceos.config.diagnostic.Quoted;
import org.sourceos.config.diagnostic.Suggestions;
import org.tomlj.TomlArray;
import org.tomlj.TomlPosition;
import org.tomlj.TomlTable;

/**
 * A table whose keys are known and whose values have the right type: everything else has been complained about and left out,
 * so that a caller reads on and finds the other mistakes.
 */
public final class CheckedTable {
    private final TomlTable table;
    private final Position header;
    private final TableSchema schema;
    private final List<TableSchema> all;
    private final Complaints complaints;
    private final Map<String, Found<Object>> values = new LinkedHashMap<>();

    /** Known keys that unknown ones seem to mean: complaining that they are missing would be the same twice. */
    private final Set<String> misspelt = new HashSet<>();

    private CheckedTable(
            TomlTable table, Position header, TableSchema schema, List<TableSchema> all, Complaints complaints) {
        this.table = table;
        this.header = header;
        this.schema = schema;
        this.all = all;
        this.complaints = complaints;
    }

    /**
     * @param header where to complain about what is missing
     * @param all the other tables of the text, where a key that is unknown here might belong
     */
    static CheckedTable of(
            TomlTable table, Position header, TableSchema schema, List<TableSchema> all, Complaints complaints) {
        CheckedTable checked = new CheckedTable(table, header, schema, all, complaints);
        for (String name : table.keySet()) {
            schema.key(name).ifPresentOrElse(key -> checked.read(key), () -> checked.complainAboutUnknown(name));
        }
        for (Key key : schema.keys()) {
            if (key.required() && !checked.contains(key.name())) {
                complaints.addMissing(
                        header,
                        schema.title() + " needs "
                                + (key.type() == KeyType.TABLE ? "[" + key.name() + "]" : key.name()),
                        key.type() == KeyType.TABLE
                                ? "add [" + key.name() + "]"
                                : "add " + key.name() + " = " + key.example());
            }
        }
        return checked;
    }

    /** Where the table begins. */
    public Position position() {
        return header;
    }

    /** Whether the key is written, well, badly or misspelt. */
    public boolean contains(String name) {
        return table.contains(List.of(name)) || misspelt.contains(name);
    }

    /** How a message names a key of this table: {@code [build] script}. */
    public String label(String name) {
        return (isRoot() ? "" : schema.title() + " ") + name;
    }

    /** The names that are written here, in the order of the text. */
    public Collection<String> names() {
        return table.keySet();
    }

    /** Where the value of a key stands that is written. */
    public Position valuePosition(String name) {
        return position(Optional.ofNullable(table.entry(List.of(name)))
                .map(entry -> entry.value().position())
                .orElse(null));
    }

    /** Where a key stands that is written. */
    public Position keyPosition(String name) {
        return position(table.inputPositionOf(List.of(name)));
    }

    public Optional<Found<String>> string(String name) {
        return get(name, String.class);
    }

    public boolean flag(String name, boolean otherwise) {
        return get(name, Boolean.class).map(Found::value).orElse(otherwise);
    }

    /** A number within bounds; {@code otherwise} when absent or complained about. Sizes are MiB, times minutes. */
    public int number(String name, int least, int most, int otherwise) {
        Optional<Found<Integer>> found = get(name, Integer.class);
        if (found.isEmpty()) {
            return otherwise;
        }
        int number = found.get().value();
        if (number < least || number > most) {
            complaints.add(
                    found.get().position(),
                    label(name) + ": " + quantity(name, number) + " is out of range",
                    "write " + quantity(name, least) + " to " + quantity(name, most));
            return otherwise;
        }
        return number;
    }

    /** The items of a list; those that are no strings have been complained about. */
    public List<Found<String>> strings(String name) {
        Found<Object> found = values.get(name);
        List<Found<String>> strings = new ArrayList<>();
        if (found != null && found.value() instanceof List<?> list) {
            for (Object item : list) {
                if (item instanceof Found<?> string && string.value() instanceof String text) {
                    strings.add(new Found<>(text, string.position()));
                }
            }
        }
        return strings;
    }

    /** Whether a list is written that has nothing in it. */
    public boolean hasEmptyList(String name) {
        return table.get(List.of(name)) instanceof TomlArray array && array.isEmpty();
    }

    /** A table of strings, in the order of the text. */
    public Map<String, Found<String>> stringTable(String name) {
        Map<String, Found<String>> strings = new LinkedHashMap<>();
        Found<Object> found = values.get(name);
        if (found != null && found.value() instanceof TomlTable inner) {
            for (String key : inner.keySet()) {
                Object value = inner.get(List.of(key));
                Position position = position(inner.inputPositionOf(List.of(key)));
                if (value instanceof String text) {
                    if (isClean(text, position)) {
                        strings.put(key, new Found<>(text, position));
                    }
                } else if (value != null) {
                    Position place = valuePosition(inner, key);
                    complaints.add(
                            place,
                            label(name) + " " + Quoted.of(key) + ": expected a string, found " + typeName(value),
                            quotedLiteral(place).map(literal -> "write " + key + " = " + literal));
                }
            }
        }
        return strings;
    }

    /** A table within, checked against its own keys. */
    public Optional<CheckedTable> table(String name, TableSchema inner) {
        return get(name, TomlTable.class).map(found -> of(found.value(), keyPosition(name), inner, all, complaints));
    }

    /** Tables within whose names are free, such as {@code [features.NAME]}. The values may be of any type. */
    public Optional<FreeTable> freeTable(String name) {
        return get(name, TomlTable.class).map(found -> new FreeTable(path(name), found.value(), all, complaints));
    }

    private <T> Optional<Found<T>> get(String name, Class<T> type) {
        Found<Object> found = values.get(name);
        return found == null || !type.isInstance(found.value())
                ? Optional.empty()
                : Optional.of(new Found<>(type.cast(found.value()), found.position()));
    }

    private void read(Key key) {
        Object value = table.get(List.of(key.name()));
        Position place = valuePosition(key.name());
        if (value == null) {
            return;
        }
        Optional<Object> checked = switch (key.type()) {
            case STRING ->
                value instanceof String text
                        ? (isClean(text, place) ? Optional.of(text) : Optional.empty())
                        : mismatch(key, value, place, asString(key, value, place));
            case STRINGS, STRING_SET ->
                value instanceof TomlArray array
                        ? Optional.of(items(key, array))
                        : mismatch(key, value, place, asList(key, value, place));
            case BOOLEAN ->
                value instanceof Boolean ? Optional.of(value) : mismatch(key, value, place, asBoolean(key, value));
            case INTEGER, MEMORY, DURATION -> number(key, value, place);
            case STRING_TABLE, TABLE ->
                value instanceof TomlTable ? Optional.of(value) : mismatch(key, value, place, asTable(key, value));
        };
        checked.ifPresent(good -> values.put(key.name(), new Found<>(good, place)));
    }

    private List<Found<String>> items(Key key, TomlArray array) {
        List<Found<String>> items = new ArrayList<>();
        Map<String, Position> seen = new HashMap<>();
        for (int i = 0; i < array.size(); i++) {
            Object item = array.get(i);
            Position place = position(array.inputPositionOf(i));
            if (!(item instanceof String text)) {
                complaints.add(
                        place,
                        label(key) + ": expected " + key.type().expected() + ", found "
                                + (item == null ? "nothing" : typeName(item)) + " among them",
                        quotedLiteral(place).map(literal -> "write " + literal));
                continue;
            }
            Position before = key.type() == KeyType.STRING_SET ? seen.putIfAbsent(text, place) : null;
            if (before != null) {
                complaints.add(
                        place,
                        label(key) + " has " + Quoted.of(text) + " twice, first on line " + before.line(),
                        "remove one of them");
            } else if (isClean(text, place)) {
                items.add(new Found<>(text, place));
            }
        }
        return items;
    }

    private Optional<Object> number(Key key, Object value, Position place) {
        OptionalInt number = OptionalInt.empty();
        if (value instanceof Long integer) {
            number = Quantities.narrow(integer);
            if (number.isEmpty()) {
                complaints.add(place, label(key) + " is out of range", "write " + key.example());
                return Optional.empty();
            }
        } else if (value instanceof String text && key.type() == KeyType.MEMORY) {
            number = Quantities.mebibytes(text);
        } else if (value instanceof String text && key.type() == KeyType.DURATION) {
            number = Quantities.minutes(text);
        }
        if (number.isPresent()) {
            return Optional.of(number.getAsInt());
        }
        if (value instanceof String text && key.type() != KeyType.INTEGER) {
            complaints.add(
                    place,
                    label(key) + ": " + Quoted.of(text) + " is not "
                            + key.type().expected(),
                    "write " + key.name() + " = " + key.example()
                            + (key.type() == KeyType.MEMORY
                                    ? "; the units are M, G and T"
                                    : "; the units are m, h and d, as in \"1h30m\""));
            return Optional.empty();
        }
        return mismatch(
                key,
                value,
                place,
                value instanceof String text && text.matches("[0-9]{1,9}")
                        ? Optional.of("write " + key.name() + " = " + text)
                        : Optional.of("write " + key.name() + " = " + key.example()));
    }

    private Optional<Object> mismatch(Key key, Object value, Position place, Optional<String> suggestion) {
        complaints.add(
                place, label(key) + ": expected " + key.type().expected() + ", found " + typeName(value), suggestion);
        return Optional.empty();
    }

    private Optional<String> asString(Key key, Object value, Position place) {
        if (value instanceof TomlArray array && array.size() == 1 && array.get(0) instanceof String text) {
            return Optional.of("write " + key.name() + " = " + Quoted.of(text));
        }
        if (key.example().contains("\n")) {
            return Optional.of("write " + key.name() + " = '''…''', with a line to each command");
        }
        if (value instanceof TomlArray || value instanceof TomlTable || value instanceof Boolean) {
            return Optional.of("write " + key.name() + " = " + key.example());
        }
        return quotedLiteral(place).map(literal -> "write " + key.name() + " = " + literal);
    }

    private Optional<String> asList(Key key, Object value, Position place) {
        if (value instanceof String text && !text.isBlank()) {
            String items =
                    Stream.of(text.strip().split("[,\\s]+")).map(Quoted::of).collect(Collectors.joining(", "));
            return Optional.of("write " + key.name() + " = [" + items + "]");
        }
        if (value instanceof String || value instanceof TomlTable) {
            return Optional.of("write " + key.name() + " = " + key.example());
        }
        return quotedLiteral(place).map(literal -> "write " + key.name() + " = [" + literal + "]");
    }

    private static Optional<String> asBoolean(Key key, Object value) {
        if (value instanceof String text && text.matches("(?i)true|yes|on|enabled")) {
            return Optional.of("write " + key.name() + " = true");
        }
        if (value instanceof String text && text.matches("(?i)false|no|off|disabled")) {
            return Optional.of("write " + key.name() + " = false");
        }
        return Optional.of("write " + key.name() + " = true or " + key.name() + " = false");
    }

    private Optional<String> asTable(Key key, Object value) {
        if (!isRoot() || key.type() == KeyType.STRING_TABLE) {
            return Optional.of("write " + key.name() + " = " + key.example());
        }
        return Optional.of(
                value instanceof TomlArray
                        ? "write [" + key.name() + "], with single brackets, once"
                        : "write [" + key.name() + "] on a line of its own and its keys below");
    }

    private void complainAboutUnknown(String name) {
        boolean isTable = table.get(List.of(name)) instanceof TomlTable;
        String what = "unknown " + (isTable ? "table " : "key ") + Quoted.of(name)
                + (isRoot() ? "" : " in " + schema.title());
        Optional<String> elsewhere = all.stream()
                .filter(other -> !other.title().equals(schema.title()))
                .filter(other -> other.key(name).isPresent())
                .map(home -> name + " belongs in " + home.title())
                .findFirst();
        Optional<String> near = Suggestions.nearest(name, schema.keyNames());
        if (elsewhere.isEmpty()) {
            near.ifPresent(misspelt::add);
        }
        complaints.add(
                keyPosition(name),
                what,
                elsewhere
                        .or(() -> near.map(meant -> "did you mean " + Quoted.of(meant) + "?"))
                        .or(() -> Optional.of((schema.keys().stream().allMatch(key -> key.type() == KeyType.TABLE)
                                        ? "the tables are "
                                        : "the keys are ")
                                + String.join(", ", schema.keyNames()))));
    }

    /** Nothing that holds a NUL can be a path, an argument or a script. */
    private boolean isClean(String text, Position place) {
        if (text.indexOf('\0') < 0) {
            return true;
        }
        complaints.add(place, "a NUL character (\\u0000) cannot be used here", "remove it");
        return false;
    }

    private String label(Key key) {
        return label(key.name());
    }

    /** Of a table within this one. */
    private String path(String name) {
        return isRoot() ? name : schema.title().substring(1, schema.title().length() - 1) + "." + name;
    }

    private boolean isRoot() {
        return !schema.title().startsWith("[");
    }

    private String quantity(String name, int number) {
        return switch (schema.key(name).orElseThrow().type()) {
            case MEMORY -> Quantities.printMebibytes(number);
            case DURATION -> Quantities.printMinutes(number);
            default -> Integer.toString(number);
        };
    }

    /** The scalar at {@code place} as it is written, in quotes: {@code 3.10} is no longer that once it is a number. */
    private Optional<String> quotedLiteral(Position place) {
        return literal(place, complaints).map(literal -> "\"" + literal + "\"");
    }

    static Optional<String> literal(Position place, Complaints complaints) {
        String written = complaints
                .text()
                .restOfLine(place)
                .split("[,\\]}#\"'\\[{]", 2)[0]
                .strip();
        return written.isEmpty() ? Optional.empty() : Optional.of(written);
    }

    private Position valuePosition(TomlTable inner, String key) {
        return position(Optional.ofNullable(inner.entry(List.of(key)))
                .map(entry -> entry.value().position())
                .orElse(null));
    }

    private Position position(@Nullable TomlPosition position) {
        return position == null ? header : complaints.text().position(position.line(), position.column());
    }

    static String typeName(Object value) {
        if (value instanceof String) {
            return "a string";
        } else if (value instanceof Long) {
            return "an integer";
        } else if (value instanceof Double) {
            return "a number";
        } else if (value instanceof Boolean) {
            return "true or false";
        } else if (value instanceof TomlArray array) {
            return array.size() > 0 && array.get(0) instanceof TomlTable ? "a list of tables" : "a list";
        } else if (value instanceof TomlTable) {
            return "a table";
        }
        return "a date or time";
    }
}
