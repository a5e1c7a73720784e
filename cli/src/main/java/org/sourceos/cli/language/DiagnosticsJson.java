package org.sourceos.cli.language;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.List;
import org.sourceos.config.diagnostic.Diagnostic;

/** Mistakes for programs: {@code {"mistakes":[{"file","line","column","message","suggestion"?}]}}. */
final class DiagnosticsJson {
    private DiagnosticsJson() {}

    static String text(List<Diagnostic> mistakes) {
        JsonArray list = new JsonArray();
        for (Diagnostic mistake : mistakes) {
            JsonObject one = new JsonObject();
            one.addProperty("file", mistake.position().file());
            one.addProperty("line", mistake.position().line());
            one.addProperty("column", mistake.position().column());
            one.addProperty("message", mistake.message());
            mistake.suggestion().ifPresent(text -> one.addProperty("suggestion", text));
            list.add(one);
        }
        JsonObject all = new JsonObject();
        all.add("mistakes", list);
        return all.toString();
    }
}
