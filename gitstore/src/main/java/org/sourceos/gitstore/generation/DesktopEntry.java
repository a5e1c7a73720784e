package org.sourceos.gitstore.generation;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How menus of desktops show a program; each text is one line.
 *
 * @param icon a name in the desktop's theme, or an absolute path
 * @param mime the types of files that it opens
 * @param terminal whether it needs a terminal
 */
public record DesktopEntry(
        String name,
        Optional<String> comment,
        Optional<String> icon,
        List<String> categories,
        List<String> mime,
        boolean terminal) {
    public DesktopEntry {
        categories = List.copyOf(categories);
        mime = List.copyOf(mime);
    }

    /** Members in a fixed order; what says nothing is left out. */
    JsonObject json() {
        JsonObject object = new JsonObject();
        object.addProperty("name", name);
        comment.ifPresent(text -> object.addProperty("comment", text));
        icon.ifPresent(text -> object.addProperty("icon", text));
        add(object, "categories", categories);
        add(object, "mime", mime);
        if (terminal) {
            object.addProperty("terminal", true);
        }
        return object;
    }

    static DesktopEntry fromJson(JsonObject object) {
        return new DesktopEntry(
                object.get("name").getAsString(),
                Optional.ofNullable(object.get("comment")).map(JsonElement::getAsString),
                Optional.ofNullable(object.get("icon")).map(JsonElement::getAsString),
                list(object, "categories"),
                list(object, "mime"),
                object.has("terminal") && object.get("terminal").getAsBoolean());
    }

    private static void add(JsonObject object, String name, List<String> values) {
        if (!values.isEmpty()) {
            JsonArray array = new JsonArray();
            values.forEach(array::add);
            object.add(name, array);
        }
    }

    private static List<String> list(JsonObject object, String name) {
        List<String> values = new ArrayList<>();
        if (object.has(name)) {
            object.getAsJsonArray(name).forEach(value -> values.add(value.getAsString()));
        }
        return values;
    }
}
