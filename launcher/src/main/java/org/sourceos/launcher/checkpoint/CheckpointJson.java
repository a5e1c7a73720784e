package org.sourceos.launcher.checkpoint;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.sourceos.gitstore.Digest;
import org.sourceos.gitstore.ObjectName;
import org.sourceos.gitstore.StoreException;
import org.sourceos.gitstore.image.ImageManifest;
import org.sourceos.launcher.qemu.Accel;

/** {@code checkpoint.json}: the same checkpoint gives the same bytes. A reader refuses another schema. */
final class CheckpointJson {
    private static final int SCHEMA = 2;
    /** The one before: what was in the machine's memory was everybody's. */
    private static final int PLAIN = 1;

    private CheckpointJson() {}

    /** The key, asked for when it is needed. */
    @FunctionalInterface
    interface Key {
        Seal get() throws IOException;
    }

    static String write(Checkpoint checkpoint, Seal seal) {
        JsonObject root = new JsonObject();
        root.addProperty("schema", SCHEMA);
        root.addProperty("machine", checkpoint.machine());
        root.addProperty("machine_id", checkpoint.machineId());
        root.addProperty("made", checkpoint.madeAt().toString());
        root.addProperty("memory_mib", checkpoint.memoryMib());
        root.addProperty("used_bytes", checkpoint.usedBytes());
        root.addProperty("new_bytes", checkpoint.newBytes());
        root.addProperty("memory_sha256", checkpoint.memory().hex());
        root.addProperty("state_sha256", checkpoint.state().hex());
        root.addProperty("pause_ms", checkpoint.pauseMillis());
        JsonObject qemu = new JsonObject();
        qemu.addProperty("version", checkpoint.qemu().version());
        qemu.addProperty("package", checkpoint.qemu().vendor());
        root.add("qemu", qemu);
        root.addProperty("accel", checkpoint.accel().name());
        root.addProperty("processor", checkpoint.processor());
        root.addProperty("tsc_khz", checkpoint.tscKhz());
        JsonArray disks = new JsonArray();
        checkpoint.disks().forEach(disks::add);
        root.add("disks", disks);
        JsonArray losses = new JsonArray();
        checkpoint.losses().forEach(losses::add);
        root.add("losses", losses);
        // What the machine was started with may be secret.
        byte[] record = seal.close(checkpoint.record().getBytes(StandardCharsets.UTF_8));
        root.addProperty("record_sealed", Base64.getEncoder().encodeToString(record));
        return new GsonBuilder()
                        .setPrettyPrinting()
                        .disableHtmlEscaping()
                        .create()
                        .toJson((JsonElement) root) + "\n";
    }

    static Checkpoint read(String name, ObjectName tree, String image, String text, Key key) throws IOException {
        try {
            JsonObject root = JsonParser.parseString(text).getAsJsonObject();
            int schema = root.get("schema").getAsInt();
            if (schema != SCHEMA && schema != PLAIN) {
                throw new IOException("it has schema " + schema + ", this version reads " + SCHEMA
                        + "; use the version of SourceOS that made it");
            }
            JsonObject qemu = root.getAsJsonObject("qemu");
            List<String> disks = new ArrayList<>();
            root.getAsJsonArray("disks").forEach(disk -> disks.add(disk.getAsString()));
            List<String> losses = new ArrayList<>();
            root.getAsJsonArray("losses").forEach(loss -> losses.add(loss.getAsString()));
            return new Checkpoint(
                    name,
                    tree,
                    string(root, "machine"),
                    string(root, "machine_id"),
                    ImageManifest.fromJson(image),
                    Instant.parse(string(root, "made")),
                    root.get("memory_mib").getAsInt(),
                    root.get("used_bytes").getAsLong(),
                    root.get("new_bytes").getAsLong(),
                    new Digest(string(root, "memory_sha256")),
                    new Digest(string(root, "state_sha256")),
                    root.get("pause_ms").getAsLong(),
                    new QemuIdentity(string(qemu, "version"), string(qemu, "package")),
                    Accel.valueOf(string(root, "accel")),
                    string(root, "processor"),
                    root.get("tsc_khz").getAsLong(),
                    disks,
                    losses,
                    schema == PLAIN ? root.get("record").toString() : record(string(root, "record_sealed"), key));
        } catch (JsonParseException
                | IllegalArgumentException
                | IllegalStateException
                | NullPointerException
                | UnsupportedOperationException
                | ClassCastException
                | DateTimeException
                | StoreException e) {
            throw new IOException("it is damaged: " + e.getMessage(), e);
        }
    }

    private static String record(String sealed, Key key) throws IOException {
        byte[] record = key.get().open(Base64.getDecoder().decode(sealed));
        return JsonParser.parseString(new String(record, StandardCharsets.UTF_8))
                .toString();
    }

    private static String string(JsonObject json, String name) {
        return json.get(name).getAsString();
    }
}
