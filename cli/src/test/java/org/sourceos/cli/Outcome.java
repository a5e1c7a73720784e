package org.sourceos.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.List;

/** What a command came to. */
record Outcome(int status, String out, String err) {
    JsonObject json() {
        return JsonParser.parseString(out).getAsJsonObject();
    }

    JsonArray jsonArray() {
        return JsonParser.parseString(out).getAsJsonArray();
    }

    /** The progress that {@code --json} writes to standard error, among whatever else is said there. */
    List<JsonObject> events() {
        return err.lines()
                .filter(line -> line.startsWith("{"))
                .map(JsonParser::parseString)
                .map(JsonElement::getAsJsonObject)
                .toList();
    }

    /** The steps that were begun, in order. */
    List<String> started() {
        return events().stream()
                .filter(event -> event.get("event").getAsString().equals("started"))
                .map(event -> event.get("step").getAsString())
                .toList();
    }

    @Override
    public String toString() {
        return "status " + status + "\n--- stdout\n" + out + "\n--- stderr\n" + err;
    }
}
