package org.sourceos.importer.result;

import java.util.List;
import org.sourceos.importer.Scope;
import org.sourceos.importer.result.Findings.Collected;
import org.sourceos.importer.result.Note.Kind;

/** {@code import-report.md}: what a configuration cannot say of where it came from. */
record Report(Collected found) {
    String text() {
        StringBuilder text = new StringBuilder("""
                # What was imported

                Made by `sourceos import`; made anew by the next one. Secrets are not in this repository: each one that was
                met is listed under Withheld, and has to be set again by hand.

                | part | kept files | withheld | not taken over |
                |---|---|---|---|
                """);
        for (Scope scope : Scope.values()) {
            if (!of(scope).isEmpty()) {
                text.append("| ").append(scope.word());
                for (Kind kind : List.of(Kind.KEPT, Kind.WITHHELD, Kind.UNMAPPED)) {
                    text.append(" | ").append(of(scope, kind).size());
                }
                text.append(" |\n");
            }
        }
        for (Scope scope : Scope.values()) {
            if (!of(scope).isEmpty()) {
                text.append("\n## ")
                        .append(scope.word())
                        .append(": ")
                        .append(scope.description())
                        .append('\n');
                for (Kind kind : Kind.values()) {
                    List<Note> notes = of(scope, kind);
                    if (!notes.isEmpty()) {
                        text.append("\n### ").append(kind.title()).append("\n\n");
                        notes.forEach(note -> text.append("- `")
                                .append(line(note.subject()).replace('`', '\''))
                                .append("`: ")
                                .append(line(note.text()))
                                .append('\n'));
                    }
                }
            }
        }
        return text.toString();
    }

    /** Names of files may have anything in them. */
    private static String line(String text) {
        return text.replaceAll("\\p{Cntrl}", "?");
    }

    private List<Note> of(Scope scope) {
        return found.notes().stream().filter(note -> note.scope() == scope).toList();
    }

    private List<Note> of(Scope scope, Kind kind) {
        return of(scope).stream().filter(note -> note.kind() == kind).toList();
    }
}
