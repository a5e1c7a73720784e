package org.sourceos.launcher.template;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import org.sourceos.gitstore.Digest;
import org.sourceos.host.AtomicFile;

/** Reads and writes {@code template.json}. */
final class TemplateFile {
    private static final int FORMAT = 1;
    private static final int MAX_BYTES = 1 << 16;

    private TemplateFile() {}

    static void write(Template template) throws IOException {
        JsonObject ram = new JsonObject();
        ram.addProperty("inode", template.ram().inode());
        ram.addProperty("size", template.ram().size());
        ram.addProperty("modified_ns", template.ram().modifiedNanos());
        ram.addProperty("changed_ns", template.ram().changedNanos());
        JsonObject json = new JsonObject();
        json.addProperty("format", FORMAT);
        json.addProperty("name", template.name());
        json.addProperty("memory_mib", template.memoryMib());
        json.addProperty("made", template.madeAt().toString());
        json.addProperty("used_bytes", template.usedBytes());
        json.add("ram", ram);
        json.addProperty("ram_sha256", template.ramDigest().hex());
        json.addProperty("state_sha256", template.stateDigest().hex());
        template.saidDigest().ifPresent(said -> json.addProperty("said_sha256", said.hex()));
        AtomicFile.write(template.folder().resolve(Template.DESCRIPTION), json + "\n");
    }

    /** @throws IOException also when what stands there cannot be understood */
    static Template read(Path folder) throws IOException {
        Path file = folder.resolve(Template.DESCRIPTION);
        if (Files.size(file) > MAX_BYTES) {
            throw new IOException(file + " is damaged: it is too large");
        }
        try {
            JsonObject json = JsonParser.parseString(Files.readString(file)).getAsJsonObject();
            JsonObject ram = json.getAsJsonObject("ram");
            if (json.get("format").getAsInt() != FORMAT) {
                throw new IOException(file + " is of another version");
            }
            return new Template(
                    folder,
                    json.get("name").getAsString(),
                    json.get("memory_mib").getAsInt(),
                    Instant.parse(json.get("made").getAsString()),
                    json.get("used_bytes").getAsLong(),
                    new FileIdentity(
                            ram.get("inode").getAsLong(),
                            ram.get("size").getAsLong(),
                            ram.get("modified_ns").getAsLong(),
                            ram.get("changed_ns").getAsLong()),
                    new Digest(json.get("ram_sha256").getAsString()),
                    new Digest(json.get("state_sha256").getAsString()),
                    json.has("said_sha256")
                            ? Optional.of(new Digest(json.get("said_sha256").getAsString()))
                            : Optional.empty());
        } catch (JsonParseException
                | IllegalStateException
                | IllegalArgumentException
                | NullPointerException
                | UnsupportedOperationException
                | ClassCastException
                | DateTimeException e) {
            throw new IOException(file + " is damaged: " + e.getMessage(), e);
        }
    }
}
