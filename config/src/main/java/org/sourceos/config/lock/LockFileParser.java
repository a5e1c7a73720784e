package org.sourceos.config.lock;

import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.sourceos.config.ConfigException;
import org.sourceos.config.diagnostic.Complaints;
import org.sourceos.config.diagnostic.Quoted;
import org.sourceos.config.diagnostic.SourceText;
import org.sourceos.config.lock.LockFile.BasePin;
import org.sourceos.config.lock.LockFile.DebPin;
import org.sourceos.config.lock.LockFile.SourcePin;
import org.sourceos.config.toml.CheckedTable;
import org.sourceos.config.toml.Found;
import org.sourceos.config.toml.FreeTable;
import org.sourceos.config.toml.Key;
import org.sourceos.config.toml.KeyType;
import org.sourceos.config.toml.TableSchema;
import org.sourceos.config.toml.TomlDocument;

/** Reads {@link LockFile}s. */
final class LockFileParser {
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");
    private static final String PIN_ANEW = "delete the whole entry to have it pinned anew";

    private static final Key DIGEST = required("sha256");
    private static final TableSchema SOURCE =
            new TableSchema("[sources.LOCATION]", "", List.of(DIGEST, optional("version"), optional("exact")));
    private static final TableSchema BASE = new TableSchema(
            "[bases.NAME]", "", List.of(DIGEST, new Key("packages", KeyType.STRING_SET, Key.REQUIRED, "[]", "")));
    private static final TableSchema DEB = new TableSchema(
            "[debs.KEY]",
            "",
            List.of(required("version"), DIGEST, new Key("requires", KeyType.STRING_SET, Key.REQUIRED, "[]", "")));
    private static final TableSchema ROOT = new TableSchema(
            "a lock",
            "",
            List.of(
                    new Key("schema", KeyType.INTEGER, Key.REQUIRED, Integer.toString(LockFile.SCHEMA), ""),
                    new Key("sources", KeyType.TABLE, "", "", ""),
                    new Key("bases", KeyType.TABLE, "", "", ""),
                    new Key("debs", KeyType.TABLE, "", "", "")));

    private final Complaints complaints;
    private final CheckedTable root;

    private LockFileParser(Complaints complaints, CheckedTable root) {
        this.complaints = complaints;
        this.root = root;
    }

    static LockFile parse(String file, String text) throws ConfigException {
        Complaints complaints = new Complaints(new SourceText(file, text));
        CheckedTable root = TomlDocument.parse(text, ROOT, List.of(), complaints);
        return new LockFileParser(complaints, root).read();
    }

    private LockFile read() throws ConfigException {
        int schema = root.number("schema", 1, Integer.MAX_VALUE, LockFile.SCHEMA);
        if (schema != LockFile.SCHEMA) {
            // What a later version means by the rest cannot be known here, so this is all that is said.
            Complaints refusal = new Complaints(complaints.text());
            refusal.add(
                    root.valuePosition("schema"),
                    "this lock has schema " + schema + ", and this SourceOS reads schema " + LockFile.SCHEMA,
                    "use the SourceOS that wrote it, or a newer one");
            refusal.throwIfAny();
        }
        LockFile lock = new LockFile(
                entries(
                        "sources",
                        SOURCE,
                        entry -> new SourcePin(
                                digest(entry),
                                entry.string("version").map(Found::value),
                                entry.string("exact").map(Found::value))),
                entries("bases", BASE, entry -> new BasePin(digest(entry), texts(entry, "packages"))),
                entries(
                        "debs",
                        DEB,
                        entry -> new DebPin(
                                entry.string("version").map(Found::value).orElse(""),
                                digest(entry),
                                texts(entry, "requires"))));
        complaints.throwIfAny();
        return lock;
    }

    private <T> SortedMap<String, T> entries(String table, TableSchema schema, Function<CheckedTable, T> read) {
        SortedMap<String, T> entries = new TreeMap<>();
        Optional<FreeTable> free = root.freeTable(table);
        if (free.isPresent()) {
            for (String name : free.get().names()) {
                free.get()
                        .string(name)
                        .ifPresent(text -> complaints.add(
                                text.position(), Quoted.of(name) + ": expected a table, found a string", PIN_ANEW));
                free.get().table(name, schema, "{ … }").map(read).ifPresent(pin -> entries.put(name, pin));
            }
        }
        return entries;
    }

    /** Empty when it was complained about. */
    private String digest(CheckedTable entry) {
        Optional<Found<String>> digest = entry.string("sha256");
        if (digest.isPresent() && !SHA256.matcher(digest.get().value()).matches()) {
            complaints.add(
                    digest.get().position(),
                    "sha256: " + Quoted.of(digest.get().value()) + " is not 64 hexadecimal digits in lower case",
                    PIN_ANEW);
        }
        return digest.map(Found::value).orElse("");
    }

    private static List<String> texts(CheckedTable entry, String key) {
        return entry.strings(key).stream().map(Found::value).toList();
    }

    private static Key required(String name) {
        return new Key(name, KeyType.STRING, Key.REQUIRED, "\"…\"", "");
    }

    private static Key optional(String name) {
        return new Key(name, KeyType.STRING, "", "\"…\"", "");
    }
}
