package org.sourceos.config.nix.toml;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A table, and which further definitions it still takes. */
public final class TomlTable implements TomlValue {
    /** How a table came to be. */
    enum Kind {
        /** {@code [name]}, or the document. */
        HEADED,
        /** Before the last name of a {@code [a.b]}: it may still get a heading of its own. */
        IMPLIED,
        /** Before the last name of an {@code a.b = 1}. */
        DOTTED,
        /** <code>{ a = 1 }</code>: closed. */
        INLINE
    }

    private Kind kind;
    private final Map<String, TomlValue> entries = new LinkedHashMap<>();

    TomlTable(Kind kind) {
        this.kind = kind;
    }

    /** In the order of the text; names hold one byte per char. */
    public Map<String, TomlValue> entries() {
        return entries;
    }

    /** Adds {@code a.b.c = value}. */
    void define(List<String> path, TomlValue value) throws TomlException {
        TomlTable table = parent(path, Kind.DOTTED);
        String name = path.get(path.size() - 1);
        if (table.entries.putIfAbsent(name, value) != null) {
            throw refused(" failed to insert a value, value already exists");
        }
    }

    /** Adds {@code [a.b.c]}; the table whose entries follow. */
    TomlTable open(List<String> path) throws TomlException {
        TomlTable table = parent(path, Kind.IMPLIED);
        TomlValue known = table.entries.get(path.get(path.size() - 1));
        if (known == null) {
            TomlTable opened = new TomlTable(Kind.HEADED);
            table.entries.put(path.get(path.size() - 1), opened);
            return opened;
        }
        if (known instanceof TomlTable again && again.kind == Kind.IMPLIED) {
            again.kind = Kind.HEADED;
            return again;
        }
        throw refused(" failed to insert a table, table already defined");
    }

    /** Adds {@code [[a.b.c]]}; the table whose entries follow. */
    TomlTable append(List<String> path) throws TomlException {
        TomlTable table = parent(path, Kind.IMPLIED);
        TomlValue known = table.entries.computeIfAbsent(path.get(path.size() - 1), name -> new Array(true));
        if (!(known instanceof Array array) || !(array.growing() || array.isOfTables())) {
            throw refused(" failed to insert an array of tables, value already exists");
        }
        if (!array.growing()) {
            throw refused(" failed to insert a table, inline array of tables is immutable");
        }
        TomlTable opened = new TomlTable(Kind.HEADED);
        array.elements().add(opened);
        return opened;
    }

    /** The table of a path's last name; those on the way are made where they are missing. */
    private TomlTable parent(List<String> path, Kind making) throws TomlException {
        TomlTable table = this;
        for (String name : path.subList(0, path.size() - 1)) {
            table = step(table, name, making);
        }
        return table;
    }

    private static TomlTable step(TomlTable table, String name, Kind making) throws TomlException {
        @Nullable TomlValue known = table.entries.get(name);
        if (known == null) {
            TomlTable made = new TomlTable(making);
            table.entries.put(name, made);
            return made;
        }
        if (known instanceof TomlTable inner) {
            if (inner.kind == Kind.INLINE) {
                throw refused(" failed to insert a value: inline table is immutable");
            }
            if (making == Kind.DOTTED && inner.kind != Kind.DOTTED) {
                throw refused(" reopening a table using dotted keys");
            }
            return inner;
        }
        if (known instanceof Array array && array.isOfTables()) {
            if (!array.growing()) {
                throw refused("inline array of tables are immutable");
            }
            if (making == Kind.DOTTED) {
                throw refused("dotted key cannot reopen an array-of-tables");
            }
            return (TomlTable) array.elements().get(array.elements().size() - 1);
        }
        throw refused(" failed to insert a value, value already exists");
    }

    private static TomlException refused(String why) {
        return new TomlException("toml::insert_value:" + why);
    }
}
