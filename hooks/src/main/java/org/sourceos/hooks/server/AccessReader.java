package org.sourceos.hooks.server;

import java.security.PublicKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.sourceos.config.ConfigException;
import org.sourceos.config.diagnostic.Complaints;
import org.sourceos.config.diagnostic.Diagnostic;
import org.sourceos.config.diagnostic.Quoted;
import org.sourceos.config.diagnostic.SourceText;
import org.sourceos.config.diagnostic.Suggestions;
import org.sourceos.config.toml.CheckedTable;
import org.sourceos.config.toml.Found;
import org.sourceos.config.toml.FreeTable;
import org.sourceos.config.toml.Key;
import org.sourceos.config.toml.KeyType;
import org.sourceos.config.toml.TableSchema;
import org.sourceos.config.toml.TomlDocument;

/** Reads {@code trust/}, going on after a mistake, so that all are told at once. */
final class AccessReader {
    private static final Pattern PERSON = Pattern.compile("[a-z][a-z0-9_-]{0,31}");
    private static final String EXAMPLE = "{ read = [\"mom\"], push = [\"dad\"] }";

    private static final String SIGNED = "signed_commits";

    static final String LARGEST_PUSH = "largest_push";
    static final String LARGEST_CLOSURE = "largest_closure";
    private static final int MOST_MIB = 16 << 20;

    private static final TableSchema ROOT = new TableSchema(
            "trust/access.toml",
            "Who may do what.",
            List.of(
                    new Key(
                            SIGNED,
                            KeyType.BOOLEAN,
                            "false",
                            "true",
                            "Whether each commit that comes has to be signed, with SSH, by somebody who may push."),
                    new Key(
                            LARGEST_PUSH,
                            KeyType.MEMORY,
                            "64M",
                            "\"128M\"",
                            "The largest pack that one push may bring."),
                    new Key(
                            LARGEST_CLOSURE,
                            KeyType.MEMORY,
                            "32G",
                            "\"64G\"",
                            "The largest pack of what was built elsewhere."),
                    new Key(
                            "repositories",
                            KeyType.TABLE,
                            Key.REQUIRED,
                            EXAMPLE,
                            "A table for each repository that is served.")));

    private static final TableSchema REPOSITORY = new TableSchema(
            "[repositories.NAME]",
            "Persons, each with a key in `trust/`.",
            List.of(
                    people("read", "Who may fetch."),
                    people("push", "Who may fetch and push."),
                    people("deploy", "Who may push, and what was built elsewhere with it."),
                    people("admin", "Who may do all that, and push changes of `trust/` as well.")));

    private final Complaints complaints;

    /** Of every person that has a key file, even if that could not be read. */
    private final Set<String> named = new HashSet<>();

    private final Set<String> listed = new HashSet<>();

    private AccessReader(Complaints complaints) {
        this.complaints = complaints;
    }

    private static Key people(String name, String meaning) {
        return new Key(name, KeyType.STRING_SET, "nobody", "[\"dad\"]", meaning);
    }

    static Access read(String list, Map<String, String> files) throws ConfigException {
        AccessReader reader = new AccessReader(new Complaints(new SourceText(shown(Access.FILE), list)));
        List<Complaints> all = new ArrayList<>(List.of(reader.complaints));
        Map<String, Complaints> keyFiles = new TreeMap<>();
        Map<String, String> people = new HashMap<>();
        for (Map.Entry<String, String> file : new TreeMap<>(files).entrySet()) {
            if (file.getKey().endsWith(Access.KEY_SUFFIX)) {
                Complaints own = new Complaints(new SourceText(shown(file.getKey()), file.getValue()));
                String person = reader.person(file.getKey(), own);
                keyFiles.put(person, own);
                KeyFile.read(file.getValue(), own).ifPresent(key -> addKey(key, person, people, own));
                all.add(own);
            }
        }
        CheckedTable root = TomlDocument.parse(list, ROOT, List.of(ROOT, REPOSITORY), reader.complaints);
        Map<String, Map<String, Right>> rights = reader.rights(root);
        keyFiles.forEach(reader::complainIfUnlisted);
        Access.Sizes sizes = new Access.Sizes(bytes(root, LARGEST_PUSH), bytes(root, LARGEST_CLOSURE));
        throwIfAny(all);
        return new Access(people, rights, root.flag(SIGNED, false), sizes);
    }

    private static OptionalLong bytes(CheckedTable root, String key) {
        int mebibytes = root.number(key, 1, MOST_MIB, 0);
        return mebibytes == 0 ? OptionalLong.empty() : OptionalLong.of((long) mebibytes << 20);
    }

    private static String shown(String file) {
        return Access.FOLDER + "/" + file;
    }

    private String person(String file, Complaints own) {
        String person = file.substring(0, file.length() - Access.KEY_SUFFIX.length());
        if (!PERSON.matcher(person).matches()) {
            own.add(
                    own.text().position(1, 1),
                    Quoted.of(person) + " is no name of a person",
                    "begin with a lower-case letter; up to 32 of those, digits, - and _");
        }
        named.add(person);
        return person;
    }

    private static void addKey(PublicKey key, String person, Map<String, String> people, Complaints own) {
        String other = people.putIfAbsent(Access.text(key), person);
        if (other != null) {
            own.add(
                    own.text().position(1, 1),
                    "this is the key of " + shown(other + Access.KEY_SUFFIX) + " too",
                    "give each person a key of their own");
        }
    }

    private Map<String, Map<String, Right>> rights(CheckedTable root) {
        Map<String, Map<String, Right>> rights = new HashMap<>();
        root.freeTable("repositories").ifPresent(table -> {
            for (String name : table.names()) {
                rights.put(name, rights(table, name));
            }
        });
        return rights;
    }

    private Map<String, Right> rights(FreeTable repositories, String name) {
        Map<String, Right> rights = new HashMap<>();
        repositories
                .string(name)
                .ifPresent(text -> complaints.add(
                        text.position(),
                        "repositories: " + Quoted.of(name) + " has to be a table",
                        "write " + EXAMPLE));
        Optional<CheckedTable> table = repositories.table(name, REPOSITORY, EXAMPLE);
        for (Right right : Right.values()) {
            for (Found<String> person : table.map(t -> t.strings(key(right))).orElse(List.of())) {
                complainIfWithoutKey(person);
                rights.merge(person.value(), right, (a, b) -> a.includes(b) ? a : b);
            }
        }
        return Map.copyOf(rights);
    }

    private static String key(Right right) {
        return switch (right) {
            case READ -> "read";
            case PUSH -> "push";
            case DEPLOY -> "deploy";
            case ADMIN -> "admin";
        };
    }

    private void complainIfWithoutKey(Found<String> person) {
        listed.add(person.value());
        if (!named.contains(person.value())) {
            complaints.add(
                    person.position(),
                    "there is no key of " + Quoted.of(person.value()),
                    Suggestions.didYouMean(person.value(), named)
                            .or(() -> Optional.of("add trust/NAME.pub with that person's public key")));
        }
    }

    private void complainIfUnlisted(String person, Complaints own) {
        if (!listed.contains(person)) {
            own.addMissing(
                    own.text().position(1, 1),
                    "trust/access.toml does not say what " + Quoted.of(person) + " may do",
                    "name them under read, push, deploy or admin there, or remove this file");
        }
    }

    private static void throwIfAny(List<Complaints> all) throws ConfigException {
        List<Diagnostic> found = new ArrayList<>();
        for (Complaints of : all) {
            try {
                of.throwIfAny();
            } catch (ConfigException e) {
                found.addAll(e.diagnostics());
            }
        }
        if (!found.isEmpty()) {
            throw new ConfigException(found);
        }
    }
}
