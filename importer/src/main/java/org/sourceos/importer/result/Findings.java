package org.sourceos.importer.result;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.sourceos.importer.Scope;
import org.sourceos.importer.result.Note.Kind;
import org.sourceos.importer.secret.Cleaned;
import org.sourceos.importer.secret.SecretFiles;
import org.sourceos.importer.secret.SecretFinder;

/**
 * Collects what the readers find. Everything that comes in goes through the {@link SecretFinder} here, so that a reader cannot
 * forget it, and once more when it comes out: a password that is found late may stand in something that was found early.
 */
public final class Findings {
    /** What people write by hand is shorter. */
    private static final int LARGEST_FILE = 256 << 10;

    private final SecretFinder secrets = new SecretFinder();
    private final Predicate<String> excluded;
    private final Tree tree = new Tree();
    private final SortedMap<String, KeptFile> files = new TreeMap<>();
    private final SortedSet<Note> notes = new TreeSet<>();
    private final SortedSet<String> kept = new TreeSet<>();

    /** @param excluded paths and names of packages that the user does not want */
    public Findings(Predicate<String> excluded) {
        this.excluded = excluded;
    }

    public boolean isExcluded(String pathOrName) {
        return excluded.test(pathOrName);
    }

    /** Whether a file of the system has been kept or spoken of already. */
    public boolean isKnown(String path) {
        return kept.contains(path);
    }

    /** Says that a file needs no more attention: what it says is in options. */
    public void done(String path) {
        kept.add(path);
    }

    /** A word about something, in the report. */
    public void note(Scope scope, Kind kind, String subject, String text) {
        notes.add(new Note(scope, kind, subject, text));
    }

    public void withheld(Scope scope, String subject, String what) {
        kept.add(subject);
        note(scope, Kind.WITHHELD, subject, what);
    }

    /**
     * Sets an option of {@code system.debian}, or of what else the path begins with.
     *
     * @param source the file that says it, for the report should there be a secret in it
     */
    public void set(Scope scope, String source, Setting value, String... path) {
        tree.put(List.of(path), cleaned(scope, source, value));
    }

    private Setting cleaned(Scope scope, String source, Setting value) {
        if (value instanceof Setting.Text text) {
            return Setting.text(text(scope, source, text.value()));
        }
        if (value instanceof Setting.Many many) {
            return new Setting.Many(many.values().stream()
                    .map(one -> cleaned(scope, source, one))
                    .toList());
        }
        if (value instanceof Setting.Names names) {
            SortedMap<String, Setting> all = new TreeMap<>();
            names.values().forEach((name, one) -> all.put(name, cleaned(scope, source, one)));
            return new Setting.Names(all);
        }
        return value;
    }

    /** A text without its secrets, of which the report will tell. */
    public String text(Scope scope, String source, String value) {
        Cleaned cleaned = secrets.clean(value);
        cleaned.places().forEach(place -> note(scope, Kind.WITHHELD, source, place.what()));
        return cleaned.text();
    }

    /** A value that is a secret by its name. */
    public void secret(Scope scope, String source, String value, String what) {
        secrets.remember(value);
        note(scope, Kind.WITHHELD, source, what);
    }

    /**
     * Keeps a file of the system, unless it is a secret, no text, or too long; the report says what became of it.
     *
     * @param content its bytes
     * @param facts mode, owner and group as options of {@code system.debian.files}
     * @param why for the report: {@code changed; from package nano}
     * @return the text that was kept
     */
    public Optional<String> keep(Scope scope, String path, byte[] content, Map<String, String> facts, String why) {
        if (!kept.add(path) || excluded.test(path)) {
            return Optional.empty();
        }
        Optional<String> secret = SecretFiles.what(path);
        if (secret.isPresent()) {
            note(scope, Kind.WITHHELD, path, secret.get() + "; the whole file");
            return Optional.empty();
        }
        if (Arrays.asList(path.split("/")).contains(".git")) {
            note(scope, Kind.UNMAPPED, path, "belongs to a git repository, which cannot be in another");
            return Optional.empty();
        }
        if (content.length > LARGEST_FILE) {
            note(
                    scope,
                    Kind.UNMAPPED,
                    path,
                    "too long to be kept (" + (content.length >> 10) + " KiB); copy it by hand");
            return Optional.empty();
        }
        Optional<Charset> charset = charset(content);
        if (charset.isEmpty()) {
            return keepBinary(scope, path, content, facts, why);
        }
        Cleaned cleaned = secrets.clean(new String(content, charset.get()));
        if (!cleaned.text().isBlank() && onlyMarks(cleaned)) {
            note(scope, Kind.WITHHELD, path, "it holds nothing but secrets; the whole file");
            return Optional.empty();
        }
        put(path, cleaned.text().getBytes(charset.get()), facts, cleaned.changed());
        if (cleaned.changed()) {
            note(
                    scope,
                    Kind.WITHHELD,
                    path,
                    "in the kept file stands " + Cleaned.MARK + " instead: " + places(cleaned));
        }
        note(scope, Kind.KEPT, path, why);
        return Optional.of(cleaned.text());
    }

    private static boolean onlyMarks(Cleaned cleaned) {
        return cleaned.changed() && cleaned.text().replace(Cleaned.MARK, "").isBlank();
    }

    private static String places(Cleaned cleaned) {
        return cleaned.places().stream()
                .map(place -> "line " + place.line() + " (" + place.what() + ")")
                .collect(Collectors.joining(", "));
    }

    /** Keyrings of apt are the one kind of file that is no text and still somebody's choice. */
    private Optional<String> keepBinary(
            Scope scope, String path, byte[] content, Map<String, String> facts, String why) {
        boolean publicKeys = content.length > 2
                && ((content[0] & 0xff) == 0x99 || (content[0] & 0xff) == 0x98 || (content[0] & 0xff) == 0xc6);
        if (path.matches(".*\\.(gpg|pgp)") && publicKeys) {
            put(path, content, facts, false);
            note(scope, Kind.KEPT, path, why);
        } else {
            note(scope, Kind.UNMAPPED, path, "no text (" + content.length + " bytes); copy it by hand");
        }
        return Optional.empty();
    }

    private void put(String path, byte[] content, Map<String, String> facts, boolean incomplete) {
        files.put(
                "files" + path,
                new KeptFile(content, facts.getOrDefault("mode", "").matches("0?[0-7]*[1357][0-7]{2}")));
        SortedMap<String, Setting> options = new TreeMap<>();
        facts.forEach((name, value) -> options.put(name, Setting.text(value)));
        options.put("source", new Setting.File("files" + path));
        if (incomplete) {
            options.put("incomplete", new Setting.Flag(true));
        }
        tree.put(List.of("system", "debian", "files", path), new Setting.Names(options));
    }

    /** A file that is made, not kept: a difference. */
    public void add(String name, String text) {
        files.put(name, new KeptFile(secrets.clean(text).text().getBytes(StandardCharsets.UTF_8), false));
    }

    /** Escape counts as text: prompts and messages of the day have colours. */
    private static boolean isControl(byte b) {
        boolean layout = b == '\n' || b == '\t' || b == '\r' || b == '\f' || b == 27;
        return (b >= 0 && b < 32 && !layout) || b == 127;
    }

    /** UTF-8, or ISO 8859-1 where all of it could be text in that; empty for what is none. */
    private static Optional<Charset> charset(byte[] content) {
        for (byte b : content) {
            if (isControl(b)) {
                return Optional.empty();
            }
        }
        try {
            StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(content));
            return Optional.of(StandardCharsets.UTF_8);
        } catch (CharacterCodingException e) {
            for (byte b : content) {
                if ((b & 0xff) >= 0x80 && (b & 0xff) < 0xa0) {
                    return Optional.empty();
                }
            }
            return Optional.of(StandardCharsets.ISO_8859_1);
        }
    }

    /** Everything, without any secret that was found anywhere. */
    public Collected collected() {
        SortedMap<String, KeptFile> clean = new TreeMap<>();
        files.forEach((path, file) -> clean.put(path, clean(file)));
        SortedSet<Note> all = new TreeSet<>();
        for (Note note : notes) {
            all.add(new Note(note.scope(), note.kind(), note.subject(), secrets.known(note.text())));
        }
        return new Collected(tree.map(secrets::known), clean, new ArrayList<>(all));
    }

    private KeptFile clean(KeptFile file) {
        Optional<Charset> charset = charset(file.content());
        return charset.map(value -> new KeptFile(
                        secrets.known(new String(file.content(), value)).getBytes(value), file.executable()))
                .orElse(file);
    }

    /**
     * What was found.
     *
     * @param settings the options, {@code system} and {@code users} on top
     * @param files by their paths in the configuration
     */
    public record Collected(Setting.Names settings, SortedMap<String, KeptFile> files, List<Note> notes) {
        public Collected {
            files = java.util.Collections.unmodifiableSortedMap(new TreeMap<>(files));
            notes = List.copyOf(notes);
        }

        /** Whether there is something that the configuration does not have. */
        public boolean isComplete() {
            return notes.stream().noneMatch(note -> note.kind() == Kind.UNMAPPED);
        }
    }
}
