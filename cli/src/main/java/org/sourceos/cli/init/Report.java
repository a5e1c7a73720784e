package org.sourceos.cli.init;

import com.google.gson.JsonArray;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.nio.file.Path;
import org.sourceos.cli.CommandContext;
import org.sourceos.cli.Places;
import org.sourceos.cli.User;
import org.sourceos.cli.init.NewConfiguration.Made;
import org.sourceos.cli.language.ConfigurationFolder;
import org.sourceos.cli.language.Counts;

/** What {@code init} says of what it made, or would make. */
record Report(Path folder, String template, Made made) {
    private static final int SHORT_ID = 12;

    String json() {
        JsonArray files = new JsonArray();
        made.files().forEach(files::add);
        JsonObject all = new JsonObject();
        all.addProperty("directory", folder.toString());
        all.addProperty("template", template);
        all.add("commit", made.commit().isEmpty() ? JsonNull.INSTANCE : new JsonPrimitive(made.commit()));
        all.add("files", files);
        return all.toString();
    }

    /** For a dry run. */
    void printFiles(CommandContext context) {
        context.out().println(folder + " would get, from the template " + template + ":");
        made.files().forEach(file -> context.out().println("  " + file));
    }

    void printWithNextSteps(CommandContext context) {
        if (made.files().isEmpty()) {
            context.out().println(folder + ": nothing is missing, nothing was changed");
            return;
        }
        // What a later call finds without being told, which an option of this one does not change.
        boolean found =
                folder.equals(Places.of(context, User.isRoot(), null, null).config());
        context.out()
                .println(folder + ": " + Counts.of(made.files().size(), "file") + " from the template " + template
                        + ", commit " + made.commit().substring(0, SHORT_ID));
        context.out().println("Next:");
        context.out()
                .println("  edit " + folder.resolve(ConfigurationFolder.ENTRY)
                        + " (`sourceos options`: what can be set)");
        context.out().println("  sourceos check" + (found ? "" : " " + folder));
        context.out().println("  git commit, then sourceos-rebuild" + (found ? "" : " --config " + folder) + " switch");
    }
}
