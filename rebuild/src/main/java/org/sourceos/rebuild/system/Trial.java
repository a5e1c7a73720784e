package org.sourceos.rebuild.system;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import org.sourceos.host.AtomicFile;

/**
 * The generation that is tried: its commands are the active ones, and another counts. It lasts until the next switch or
 * rollback, and no longer than this start of the computer. The file {@code <state>/trial.json} is written before the commands
 * are exchanged and removed after they are exchanged back; it means nothing unless the commands are those of its generation.
 */
final class Trial {
    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

    private final Path file;
    private final String start;

    /** @param start what tells this start of the computer from every other */
    Trial(Path state, String start) {
        this.file = state.resolve("trial.json");
        this.start = start;
    }

    /** As of now, of the running computer. */
    static Trial of(Path state) {
        return new Trial(state, thisStart());
    }

    private static String thisStart() {
        try {
            return Files.readString(BOOT_ID).strip();
        } catch (IOException e) {
            return "unknown"; // then a trial outlives a restart: it still ends with the next switch
        }
    }

    private record Entry(int generation, String start) {}

    private Optional<Entry> read() throws IOException {
        String text;
        try {
            text = Files.readString(file);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
        try {
            JsonObject object = JsonParser.parseString(text).getAsJsonObject();
            return Optional.of(new Entry(
                    object.get("generation").getAsInt(), object.get("start").getAsString()));
        } catch (JsonParseException | IllegalStateException | NullPointerException | UnsupportedOperationException e) {
            throw new IOException(
                    file + " is damaged: remove it, and choose a generation with sourceos-rebuild rollback --to N", e);
        }
    }

    /** The generation that is tried in this start of the computer; empty where none is. */
    Optional<Integer> generation(Profile profile) throws IOException {
        Optional<Entry> entry = read();
        return entry.isPresent()
                        && entry.get().start().equals(start)
                        && profile.current().equals(Optional.of(entry.get().generation()))
                ? Optional.of(entry.get().generation())
                : Optional.empty();
    }

    /** Whether something was begun, however it went on. */
    boolean isNoted() {
        return Files.exists(file);
    }

    void write(int generation) throws IOException {
        JsonObject object = new JsonObject();
        object.addProperty("generation", generation);
        object.addProperty("start", start);
        Files.createDirectories(file.toAbsolutePath().resolveSibling(""));
        AtomicFile.write(file, object + "\n");
    }

    void clear() throws IOException {
        if (Files.deleteIfExists(file)) {
            AtomicFile.syncFolder(file.toAbsolutePath().resolveSibling(""));
        }
    }
}
