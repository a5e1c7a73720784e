package org.sourceos.importer.result;

import java.util.Comparator;
import org.sourceos.importer.Scope;

/**
 * A line of the report.
 *
 * @param subject the file or name it is about
 * @param text what there is to say
 */
public record Note(Scope scope, Kind kind, String subject, String text) implements Comparable<Note> {
    private static final Comparator<Note> ORDER = Comparator.comparing(Note::scope)
            .thenComparing(Note::kind)
            .thenComparing(Note::subject)
            .thenComparing(Note::text);

    /** What a line is about. */
    public enum Kind {
        /** It is in the configuration, and needs a word. */
        TAKEN("Taken", "taken"),
        /** A file that was kept. */
        KEPT("Kept as a file", "kept"),
        /** A secret that was left out, and where it is. */
        WITHHELD("Withheld", "withheld"),
        /** What an import cannot take over. */
        UNMAPPED("Not taken over", "unmapped");

        private final String title;
        private final String word;

        Kind(String title, String word) {
            this.title = title;
            this.word = word;
        }

        public String title() {
            return title;
        }

        /** In JSON. */
        public String word() {
            return word;
        }
    }

    @Override
    public int compareTo(Note other) {
        return ORDER.compare(this, other);
    }
}
