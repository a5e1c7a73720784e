package org.sourceos.launcher.checkpoint;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.time.Duration;
import org.sourceos.launcher.qmp.QmpClient;

/** The commands of QEMU's migration that saving and loading share. */
final class Qmp {
    static final Duration LIMIT = Duration.ofSeconds(10);

    private Qmp() {}

    /** The format without the memory, where that is in a file of ours; also when saving, where it is not yet. */
    static void leaveMemoryOut(QmpClient qmp) throws IOException {
        JsonObject capability = new JsonObject();
        capability.addProperty("capability", "x-ignore-shared");
        capability.addProperty("state", true);
        JsonArray capabilities = new JsonArray();
        capabilities.add(capability);
        JsonObject arguments = new JsonObject();
        arguments.add("capabilities", capabilities);
        qmp.execute("migrate-set-capabilities", arguments, LIMIT);
    }

    static JsonObject uri(String uri) {
        JsonObject arguments = new JsonObject();
        arguments.addProperty("uri", uri);
        return arguments;
    }

    /** What it says of its machine: {@code running}, {@code paused}, {@code postmigrate} … */
    static String status(QmpClient qmp) throws IOException {
        JsonObject answer = qmp.execute("query-status", new JsonObject(), LIMIT).getAsJsonObject();
        return answer.has("status") ? answer.get("status").getAsString() : "unknown";
    }

    static void run(QmpClient qmp) throws IOException {
        qmp.execute("cont", new JsonObject(), LIMIT);
    }
}
