package org.sourceos.rebuild.apt;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Debian's control-file syntax (Debian Policy 5.1, {@code deb822(5)}): paragraphs of {@code Field: value} with continuation
 * lines. Reads {@code .dsc}, {@code dpkg/status}, {@code *.sources} and the control file of a package alike.
 *
 * <p>Tolerant, as apt is: a line that is neither field, continuation nor comment is ignored.
 */
public final class ControlFile {
    private ControlFile() {}

    /**
     * One paragraph. Field names compare without case. Continuation lines follow the value after a newline, their leading
     * blank removed; in a multi-line value a lone {@code .} stays as it is.
     */
    public record Paragraph(SortedMap<String, String> fields) {
        public Paragraph {
            SortedMap<String, String> copy = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
            copy.putAll(fields);
            fields = copy;
        }

        public Optional<String> field(String name) {
            return Optional.ofNullable(fields.get(name));
        }

        /** The words of a field's value; none when it is missing. */
        public List<String> words(String name) {
            return field(name).map(ControlFile::words).orElse(List.of());
        }
    }

    /** The paragraphs of a text; an OpenPGP clear-text signature around them is not part of them (and not checked here). */
    public static List<Paragraph> parse(String text) {
        List<Paragraph> paragraphs = new ArrayList<>();
        Map<String, String> fields = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        String current = "";
        boolean armor = false;
        for (String line : text.split("\r?\n", -1)) {
            if (line.startsWith("-----BEGIN PGP SIGNED MESSAGE-----")) {
                armor = true;
            } else if (line.startsWith("-----BEGIN PGP SIGNATURE-----")) {
                break;
            } else if (line.isBlank()) {
                armor = false;
                current = "";
                if (!fields.isEmpty()) {
                    paragraphs.add(new Paragraph(new TreeMap<>(fields)));
                    fields.clear();
                }
            } else if (!armor && !line.startsWith("#")) {
                current = line(line, fields, current);
            }
        }
        if (!fields.isEmpty()) {
            paragraphs.add(new Paragraph(new TreeMap<>(fields)));
        }
        return paragraphs;
    }

    private static String line(String line, Map<String, String> fields, String current) {
        if (line.charAt(0) == ' ' || line.charAt(0) == '\t') {
            if (!current.isEmpty()) {
                fields.merge(current, line.strip(), (value, more) -> value + "\n" + more);
            }
            return current;
        }
        int colon = line.indexOf(':');
        if (colon <= 0) {
            return "";
        }
        String name = line.substring(0, colon).strip();
        if (name.isEmpty()) {
            return "";
        }
        fields.put(name, line.substring(colon + 1).strip());
        return name.toLowerCase(Locale.ROOT);
    }

    static List<String> words(String value) {
        String stripped = value.strip();
        return stripped.isEmpty() ? List.of() : List.of(stripped.split("\\s+"));
    }
}
