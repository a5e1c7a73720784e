package org.sourceos.gitstore.image;

import com.google.gson.JsonObject;

/**
 * When a program has started, so that it can be saved as it is then and need not be started again.
 *
 * <p>A rule that fires too early costs time and nothing else: the program goes on from wherever it was.
 */
public sealed interface Readiness {
    /** Its output has this text in it. */
    record Output(String text) implements Readiness {}

    /** Something in its machine listens at this TCP port. */
    record Port(int number) implements Readiness {}

    /** For so long it has said nothing and nothing in its machine has run: it waits. */
    record Idle(int millis) implements Readiness {}

    /** As the manifest has it, and as a text that tells one rule from another. */
    default JsonObject toJson() {
        JsonObject json = new JsonObject();
        if (this instanceof Output output) {
            json.addProperty("output", output.text());
        } else if (this instanceof Port port) {
            json.addProperty("port", port.number());
        } else if (this instanceof Idle idle) {
            json.addProperty("idle_ms", idle.millis());
        }
        return json;
    }

    /** @throws IllegalArgumentException when it is none of the rules */
    static Readiness fromJson(JsonObject json) {
        if (json.has("output")) {
            return new Output(json.get("output").getAsString());
        } else if (json.has("port")) {
            return new Port(json.get("port").getAsInt());
        } else if (json.has("idle_ms")) {
            return new Idle(json.get("idle_ms").getAsInt());
        }
        throw new IllegalArgumentException("no rule of readiness: " + json);
    }
}
