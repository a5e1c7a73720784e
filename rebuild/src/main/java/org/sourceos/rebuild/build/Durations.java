package org.sourceos.rebuild.build;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.sourceos.host.AtomicFile;

/**
 * How long steps took the last time, for estimates, in a JSON file of milliseconds by step. Nothing depends on it: a file
 * that is missing, broken or not writable means no estimates.
 */
public final class Durations {
    private final Path file;

    public Durations(Path file) {
        this.file = file;
    }

    public Optional<Duration> of(String step) {
        return Optional.ofNullable(read().get(step)).map(Duration::ofMillis);
    }

    public synchronized void record(String step, Duration took) {
        Map<String, Long> all = read();
        all.put(step, took.toMillis());
        JsonObject json = new JsonObject();
        all.forEach(json::addProperty);
        try {
            Path folder = file.toAbsolutePath().getParent();
            if (folder != null) {
                Files.createDirectories(folder);
            }
            AtomicFile.write(file, json + "\n");
        } catch (IOException e) {
            // See above: only an estimate is lost.
        }
    }

    private Map<String, Long> read() {
        Map<String, Long> all = new TreeMap<>();
        try {
            for (Map.Entry<String, JsonElement> entry : JsonParser.parseString(Files.readString(file))
                    .getAsJsonObject()
                    .entrySet()) {
                long millis = entry.getValue().getAsLong();
                if (millis >= 0) {
                    all.put(entry.getKey(), millis);
                }
            }
        } catch (IOException
                | JsonParseException
                | IllegalStateException
                | UnsupportedOperationException
                | NumberFormatException e) {
            return new TreeMap<>();
        }
        return all;
    }
}
