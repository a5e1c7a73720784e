package org.sourceos.cli.importing;

import com.google.gson.JsonArray;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.sourceos.cli.CommandContext;
import org.sourceos.cli.importing.ImportBranch.Committed;
import org.sourceos.cli.language.Counts;
import org.sourceos.importer.DebianImport;
import org.sourceos.importer.result.ConfigurationFiles;
import org.sourceos.importer.result.Note;
import org.sourceos.importer.result.Note.Kind;

/** What {@code import} says of what it found. */
record ImportReport(CommandContext context, Path root, Path repository, String branch, DebianImport.Result result) {
    private static final int SHORT_ID = 12;

    void refuse() {
        List<Note> rest = result.notes(Kind.UNMAPPED);
        context.err()
                .println("sourceos: " + Counts.of(rest.size(), "thing") + " of " + root
                        + " cannot be taken over, and --strict was given: nothing was written");
        rest.forEach(note -> context.err().println("  " + line(note)));
        context.err().println("Leave them out with --exclude, or import without --strict.");
    }

    void wouldWrite(boolean json) {
        if (json) {
            context.out().println(json(null));
            return;
        }
        summary();
        context.out().println(repository + " would get, on the branch " + branch + ":");
        result.files().keySet().forEach(file -> context.out().println("  " + file));
        rest();
    }

    void written(Committed committed, boolean json) {
        if (json) {
            context.out().println(json(committed));
            return;
        }
        summary();
        String commit = committed.commit().substring(0, SHORT_ID);
        if (!committed.changed()) {
            context.out()
                    .println(repository + ": nothing has changed since the last import; branch " + branch + " stays at "
                            + commit);
            rest();
            return;
        }
        context.out().println(repository + ": branch " + branch + ", commit " + commit);
        rest();
        context.out().println("Next:");
        context.out().println("  git -C " + repository + " show " + branch + ":" + ConfigurationFiles.REPORT);
        context.out().println("  git -C " + repository + " diff HEAD " + branch);
        context.out().println("  git -C " + repository + " merge " + branch);
        context.out().println("  sourceos check " + repository);
    }

    private void summary() {
        context.out()
                .println(root + ": "
                        + Counts.of(result.notes(Kind.KEPT).size(), "file") + " kept, "
                        + Counts.of(result.notes(Kind.WITHHELD).size(), "secret") + " withheld, "
                        + Counts.of(result.notes(Kind.UNMAPPED).size(), "thing") + " not taken over");
        result.notes(Kind.TAKEN).stream()
                .filter(note -> note.subject().equals("packages"))
                .forEach(note -> context.out().println("  " + note.text()));
    }

    private void rest() {
        List<Note> rest = result.notes(Kind.UNMAPPED);
        if (!rest.isEmpty()) {
            context.out().println("Not taken over:");
            rest.forEach(note -> context.out().println("  " + line(note)));
        }
    }

    private static String line(Note note) {
        return (note.subject() + ": " + note.text()).replaceAll("\\p{Cntrl}", "?");
    }

    private String json(@Nullable Committed committed) {
        JsonArray files = new JsonArray();
        result.files().keySet().forEach(files::add);
        JsonArray notes = new JsonArray();
        for (Note note : result.notes()) {
            JsonObject one = new JsonObject();
            one.addProperty("scope", note.scope().word());
            one.addProperty("kind", note.kind().word());
            one.addProperty("subject", note.subject());
            one.addProperty("text", note.text());
            notes.add(one);
        }
        JsonObject all = new JsonObject();
        all.addProperty("root", root.toString());
        all.addProperty("repository", repository.toString());
        all.addProperty("branch", branch);
        all.add("commit", committed == null ? JsonNull.INSTANCE : new JsonPrimitive(committed.commit()));
        all.addProperty("changed", committed != null && committed.changed());
        all.addProperty("complete", result.complete());
        all.add("files", files);
        all.add("notes", notes);
        return all.toString();
    }
}
