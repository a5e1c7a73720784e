package org.sourceos.rebuild.boot;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.sourceos.host.AtomicFile;

/**
 * What of a boot partition is ours: {@code sourceos/installed.json} on it, written before a file is made and after it is
 * removed. Whatever is not in it, or not as it is there, is somebody else's and stays.
 */
final class Installed {
    private static final Gson JSON =
            new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

    private final Path file;

    Installed(Path root) {
        this.file = root.resolve("sourceos/installed.json");
    }

    /** @param files of the entry, from the root, each with the SHA-256 of what was written */
    record Entry(int generation, List<FileMade> files) {
        Entry {
            files = List.copyOf(files);
        }
    }

    record FileMade(String path, String sha256) {}

    /** Oldest first. */
    List<Entry> read() throws IOException {
        String text;
        try {
            text = Files.readString(file);
        } catch (NoSuchFileException e) {
            return List.of();
        }
        try {
            List<Entry> entries = new ArrayList<>();
            for (JsonElement element :
                    JsonParser.parseString(text).getAsJsonObject().getAsJsonArray("entries")) {
                List<FileMade> files = new ArrayList<>();
                JsonObject entry = element.getAsJsonObject();
                entry.getAsJsonObject("files")
                        .entrySet()
                        .forEach(made -> files.add(
                                new FileMade(made.getKey(), made.getValue().getAsString())));
                entries.add(new Entry(entry.get("generation").getAsInt(), files));
            }
            return entries;
        } catch (JsonParseException
                | IllegalStateException
                | ClassCastException
                | NullPointerException
                | UnsupportedOperationException e) {
            throw damaged(e);
        }
    }

    private IOException damaged(RuntimeException cause) {
        return new IOException(
                file + " is damaged: remove it, and with it the files in sourceos/ and loader/entries/sourceos-*.conf"
                        + " that no entry needs any more",
                cause);
    }

    void write(List<Entry> entries) throws IOException {
        JsonArray array = new JsonArray();
        for (Entry entry : entries) {
            JsonObject files = new JsonObject();
            entry.files().forEach(made -> files.addProperty(made.path(), made.sha256()));
            JsonObject object = new JsonObject();
            object.addProperty("generation", entry.generation());
            object.add("files", files);
            array.add(object);
        }
        JsonObject document = new JsonObject();
        document.add("entries", array);
        Files.createDirectories(file.toAbsolutePath().resolveSibling(""));
        AtomicFile.write(file, JSON.toJson(document) + "\n");
    }
}
