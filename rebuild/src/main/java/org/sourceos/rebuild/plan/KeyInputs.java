package org.sourceos.rebuild.plan;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.sourceos.gitstore.Digest;

/**
 * Everything that can change what a step makes, by name, in a fixed order, and nothing else.
 *
 * <p>The key is SHA-256 over the ASCII text {@code sourceos-key-1}, a zero byte, the number of inputs (4 bytes, big-endian),
 * and for each input its name and its value, each as UTF-8 with its length in bytes (4 bytes, big-endian) before it. Lengths
 * make the encoding unambiguous: no two different lists have the same bytes.
 */
public record KeyInputs(Map<String, String> values) {
    private static final String ENCODING = "sourceos-key-1";

    /** An input that is not the same in two lists; empty where the list has none of that name. */
    public record Change(String name, Optional<String> before, Optional<String> after) {}

    public KeyInputs {
        values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }

    public Digest key() {
        MessageDigest digest = Digest.newMessageDigest();
        digest.update(ENCODING.getBytes(StandardCharsets.US_ASCII));
        digest.update((byte) 0);
        digest.update(number(values.size()));
        values.forEach((name, value) -> {
            update(digest, name);
            update(digest, value);
        });
        return Digest.finish(digest);
    }

    private static void update(MessageDigest digest, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        digest.update(number(bytes.length));
        digest.update(bytes);
    }

    private static byte[] number(int value) {
        return ByteBuffer.allocate(Integer.BYTES).putInt(value).array();
    }

    /** What changed from {@code earlier} to this, in the order of this list, then what is gone. */
    public List<Change> changesSince(KeyInputs earlier) {
        Set<String> names = new LinkedHashSet<>(values.keySet());
        names.addAll(earlier.values.keySet());
        List<Change> changes = new ArrayList<>();
        for (String name : names) {
            Optional<String> before = Optional.ofNullable(earlier.values.get(name));
            Optional<String> after = Optional.ofNullable(values.get(name));
            if (!before.equals(after)) {
                changes.add(new Change(name, before, after));
            }
        }
        return changes;
    }

    public JsonObject toJson() {
        JsonObject json = new JsonObject();
        values.forEach(json::addProperty);
        return json;
    }

    /** Indented JSON, in order, with a newline at the end. */
    public String print() {
        return new GsonBuilder()
                        .setPrettyPrinting()
                        .disableHtmlEscaping()
                        .create()
                        .toJson((JsonElement) toJson()) + "\n";
    }

    /** Reads what {@link #toJson} made; empty for anything else: an unreadable history explains nothing, but harms nothing. */
    public static Optional<KeyInputs> parse(String text) {
        try {
            return of(JsonParser.parseString(text));
        } catch (JsonParseException e) {
            return Optional.empty();
        }
    }

    public static Optional<KeyInputs> of(JsonElement json) {
        if (!json.isJsonObject()) {
            return Optional.empty();
        }
        Map<String, String> values = new LinkedHashMap<>();
        for (Map.Entry<String, JsonElement> entry : json.getAsJsonObject().entrySet()) {
            if (!entry.getValue().isJsonPrimitive()) {
                return Optional.empty();
            }
            values.put(entry.getKey(), entry.getValue().getAsString());
        }
        return Optional.of(new KeyInputs(values));
    }
}
