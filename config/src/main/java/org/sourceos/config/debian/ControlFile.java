package org.sourceos.config.debian;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
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
    private static final String ARMOR = "-----BEGIN PGP SIGNED MESSAGE-----";
    private static final String SIGNATURE = "-----BEGIN PGP SIGNATURE-----";

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
        for (Deb822.Paragraph paragraph : Deb822.parse(withoutSignature(text))) {
            SortedMap<String, String> fields = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
            for (Deb822.Field field : paragraph.fields()) {
                String name = field.name().strip();
                if (!name.isEmpty()) {
                    fields.put(name, field.value());
                }
            }
            if (!fields.isEmpty()) {
                paragraphs.add(new Paragraph(fields));
            }
        }
        return paragraphs;
    }

    /** Without the lines before the text, which an empty line ends, and without the signature after it. */
    private static String withoutSignature(String text) {
        int begin = text.startsWith(ARMOR) ? 0 : text.indexOf("\n" + ARMOR) + 1;
        boolean signed = text.startsWith(ARMOR, begin);
        StringBuilder rest = new StringBuilder();
        boolean header = false;
        int at = 0;
        Iterator<String> lines = Deb822.lines(text);
        while (lines.hasNext()) {
            String line = lines.next();
            if (signed && at == begin) {
                header = true;
            } else if (line.startsWith(SIGNATURE)) {
                break;
            }
            if (!header) {
                rest.append(line);
            }
            header &= !line.isBlank();
            at += line.length();
        }
        return rest.toString();
    }

    public static List<String> words(String value) {
        String stripped = value.strip();
        return stripped.isEmpty() ? List.of() : List.of(stripped.split("\\s+"));
    }
}
