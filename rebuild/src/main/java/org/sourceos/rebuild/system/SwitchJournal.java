package org.sourceos.rebuild.system;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import org.sourceos.host.AtomicFile;

/**
 * The switch that is under way, on the disk from before its first step to after its last: whoever finds it afterwards finishes
 * it or takes it back.
 */
final class SwitchJournal {
    private final Path file;

    SwitchJournal(Path file) {
        this.file = file;
    }

    /**
     * @param from the generation that counted before; empty before the first
     * @param to the one that shall
     * @param confirmBy until when somebody has to confirm; empty while it is being done
     * @param since when that time began
     * @param byContact whether a new connection from outside confirms it
     */
    record Entry(
            Optional<Integer> from, int to, Optional<Instant> confirmBy, Optional<Instant> since, boolean byContact) {
        /** A switch of which nothing is known: it is no switch to any generation. */
        static final Entry UNREADABLE = new Entry(Optional.empty(), 0, Optional.empty());

        Entry(Optional<Integer> from, int to, Optional<Instant> confirmBy) {
            this(from, to, confirmBy, Optional.empty(), false);
        }

        /** A clock that was set back says nothing of how long it has waited: then it has waited enough. */
        boolean isOver(Instant now) {
            return confirmBy.filter(until -> !until.isAfter(now)).isPresent()
                    || since.filter(begun -> begun.isAfter(now)).isPresent();
        }
    }

    /** Empty when no switch is under way. */
    Optional<Entry> read() throws IOException {
        String text;
        try {
            text = Files.readString(file, StandardCharsets.ISO_8859_1); // noise too is a text then, which is no JSON
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
        try {
            JsonObject object = JsonParser.parseString(text).getAsJsonObject();
            return Optional.of(new Entry(
                    Optional.ofNullable(object.get("from")).map(JsonElement::getAsInt),
                    object.get("to").getAsInt(),
                    time(object, "confirm_by"),
                    time(object, "since"),
                    object.has("by_contact") && object.get("by_contact").getAsBoolean()));
        } catch (JsonParseException | IllegalStateException | NullPointerException | UnsupportedOperationException e) {
            // Written whole or not at all, so a disk or a person has damaged it. The ref says what counts.
            return Optional.of(Entry.UNREADABLE);
        }
    }

    private static Optional<Instant> time(JsonObject object, String name) {
        return Optional.ofNullable(object.get(name)).map(JsonElement::getAsLong).map(Instant::ofEpochMilli);
    }

    void write(Entry entry) throws IOException {
        JsonObject object = new JsonObject();
        entry.from().ifPresent(from -> object.addProperty("from", from));
        object.addProperty("to", entry.to());
        entry.confirmBy().ifPresent(time -> object.addProperty("confirm_by", time.toEpochMilli()));
        entry.since().ifPresent(time -> object.addProperty("since", time.toEpochMilli()));
        if (entry.byContact()) {
            object.addProperty("by_contact", true);
        }
        Files.createDirectories(file.toAbsolutePath().resolveSibling(""));
        AtomicFile.write(file, object + "\n");
    }

    void clear() throws IOException {
        if (Files.deleteIfExists(file)) {
            AtomicFile.syncFolder(file.toAbsolutePath().resolveSibling(""));
        }
    }
}
