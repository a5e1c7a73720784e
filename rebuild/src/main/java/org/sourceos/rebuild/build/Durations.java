package org.sourceos.rebuild.build;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.sourceos.host.AtomicFile;

/**
 * How long steps took the last time and how much they printed, for estimates, in a JSON file: by step its milliseconds, or
 * these and its lines as a list of two. Nothing depends on it: a file that is missing, broken or not writable means no
 * estimates.
 */
public final class Durations {
    private final Path file;

    /** @param lines of output; 0 where nobody counted them */
    public record Last(Duration took, long lines) {}

    public Durations(Path file) {
        this.file = file;
    }

    public Optional<Last> of(String step) {
        return Optional.ofNullable(read().get(step));
    }

    public Optional<Duration> took(String step) {
        return of(step).map(Last::took);
    }

    public synchronized void record(String step, Last last) {
        Map<String, Last> all = read();
        all.put(step, last);
        JsonObject json = new JsonObject();
        all.forEach((name, known) -> json.add(name, written(known)));
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

    private static JsonElement written(Last last) {
        JsonPrimitive millis = new JsonPrimitive(last.took().toMillis());
        if (last.lines() == 0) {
            return millis;
        }
        JsonArray both = new JsonArray();
        both.add(millis);
        both.add(last.lines());
        return both;
    }

    private Map<String, Last> read() {
        Map<String, Last> all = new TreeMap<>();
        try {
            for (Map.Entry<String, JsonElement> entry : JsonParser.parseString(Files.readString(file))
                    .getAsJsonObject()
                    .entrySet()) {
                boolean both = entry.getValue().isJsonArray();
                JsonArray parts = both ? entry.getValue().getAsJsonArray() : new JsonArray();
                long millis = (both ? parts.get(0) : entry.getValue()).getAsLong();
                long lines = both ? parts.get(1).getAsLong() : 0;
                if (millis >= 0 && lines >= 0) {
                    all.put(entry.getKey(), new Last(Duration.ofMillis(millis), lines));
                }
            }
        } catch (IOException
                | JsonParseException
                | IllegalStateException
                | UnsupportedOperationException
                | IndexOutOfBoundsException
                | NumberFormatException e) {
            return new TreeMap<>();
        }
        return all;
    }
}
