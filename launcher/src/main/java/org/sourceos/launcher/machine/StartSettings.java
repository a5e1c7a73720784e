package org.sourceos.launcher.machine;

import com.google.gson.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * How a machine that stays is started, each time.
 *
 * @param store of which its files are, and its template if there is one; empty where they are of none
 * @param restored whether it may be restored from a template instead of booted
 * @param bootDeadline after which a guest that is not up is given up; the usual one when empty
 */
public record StartSettings(Optional<Path> store, boolean restored, Optional<Duration> bootDeadline) {
    /** Booted, with files that nobody removes. */
    public static final StartSettings BOOTED = new StartSettings(Optional.empty(), false, Optional.empty());

    void write(JsonObject json) {
        store.ifPresent(folder -> json.addProperty("store", folder.toString()));
        json.addProperty("templates", restored);
        bootDeadline.ifPresent(limit -> json.addProperty("boot_seconds", limit.toSeconds()));
    }

    /** What {@link #write} wrote; a record of an earlier version has none of it. */
    static StartSettings read(JsonObject json) {
        return new StartSettings(
                json.has("store") ? Optional.of(Path.of(json.get("store").getAsString())) : Optional.empty(),
                json.has("templates") && json.get("templates").getAsBoolean(),
                json.has("boot_seconds")
                        ? Optional.of(
                                Duration.ofSeconds(json.get("boot_seconds").getAsLong()))
                        : Optional.empty());
    }
}
