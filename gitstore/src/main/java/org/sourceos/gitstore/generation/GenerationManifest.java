package org.sourceos.gitstore.generation;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.sourceos.gitstore.StoreException;

/**
 * What a generation of the system is: the file {@code generation.json} of its tree, beside {@code configuration.json} (the
 * evaluated configuration) and {@code images/<name>-<key>/} (the trees of the images, which keep all they need in the store).
 *
 * @param number from 1, never given twice
 * @param from the generation that counted when it was made; empty for the first
 * @param configuration what it was made of
 * @param qemu what the configuration says of the QEMU that runs machines: {@code slim}, {@code debian} or a path
 * @param programs what people start by name, sorted by name, then by user
 */
public record GenerationManifest(
        int number,
        Optional<Integer> from,
        Configuration configuration,
        Optional<String> qemu,
        List<Program> programs) {
    /** The version of the JSON shape. A reader refuses a newer one. */
    public static final int SCHEMA = 1;

    /**
     * @param commit of the configuration repository; empty when it was made of files that were not committed
     * @param subject the commit's first line
     */
    public record Configuration(Optional<String> commit, String subject) {}

    /**
     * A program of the system, or of one of its users.
     *
     * @param name what it is started by
     * @param user whose it is; empty for everybody's
     * @param packageName the recipe
     * @param version the package's
     * @param image the name of the image's tree in {@code images/}
     * @param settings what the configuration sets of the package's options, as canonical JSON
     * @param machine what it says of the machine, where the program is one of its machines
     * @param desktop how menus show it; empty if they do not
     */
    public record Program(
            String name,
            Optional<String> user,
            String packageName,
            String version,
            String image,
            String settings,
            Optional<MachineSettings> machine,
            Optional<DesktopEntry> desktop) {
        /** One that menus do not show. */
        public Program(
                String name,
                Optional<String> user,
                String packageName,
                String version,
                String image,
                String settings,
                Optional<MachineSettings> machine) {
            this(name, user, packageName, version, image, settings, machine, Optional.empty());
        }
    }

    public GenerationManifest {
        programs = List.copyOf(programs);
    }

    /** What a user means by a name: a program of their own, or else everybody's. */
    public Optional<Program> program(String name, Optional<String> user) {
        return programs.stream()
                .filter(program -> program.name().equals(name))
                .filter(program -> program.user().isEmpty() || program.user().equals(user))
                .max(Comparator.comparing(program -> program.user().isPresent()));
    }

    public String json() {
        JsonObject object = new JsonObject();
        object.addProperty("schema", SCHEMA);
        object.addProperty("number", number);
        from.ifPresent(before -> object.addProperty("from", before));
        JsonObject made = new JsonObject();
        configuration.commit().ifPresent(commit -> made.addProperty("commit", commit));
        made.addProperty("subject", configuration.subject());
        object.add("configuration", made);
        qemu.ifPresent(which -> object.addProperty("qemu", which));
        JsonArray list = new JsonArray();
        for (Program program : programs) {
            JsonObject entry = new JsonObject();
            entry.addProperty("name", program.name());
            program.user().ifPresent(user -> entry.addProperty("user", user));
            entry.addProperty("package", program.packageName());
            entry.addProperty("version", program.version());
            entry.addProperty("image", program.image());
            entry.add("settings", JsonParser.parseString(program.settings()));
            program.machine().ifPresent(machine -> entry.add("machine", machine.json()));
            program.desktop().ifPresent(desktop -> entry.add("desktop", desktop.json()));
            list.add(entry);
        }
        object.add("programs", list);
        return new GsonBuilder()
                        .setPrettyPrinting()
                        .disableHtmlEscaping()
                        .create()
                        .toJson(object) + "\n";
    }

    /** @throws StoreException when it is no such text, or a newer SourceOS wrote it */
    public static GenerationManifest fromJson(String text) throws StoreException {
        try {
            JsonObject object = JsonParser.parseString(text).getAsJsonObject();
            int schema = object.get("schema").getAsInt();
            if (schema > SCHEMA) {
                throw new StoreException("the generation was made by a newer SourceOS (schema " + schema
                        + ", this one reads " + SCHEMA + "): use that one");
            }
            JsonObject made = object.getAsJsonObject("configuration");
            List<Program> programs = new ArrayList<>();
            for (JsonElement element : object.getAsJsonArray("programs")) {
                JsonObject entry = element.getAsJsonObject();
                programs.add(new Program(
                        entry.get("name").getAsString(),
                        optional(entry, "user"),
                        entry.get("package").getAsString(),
                        entry.get("version").getAsString(),
                        entry.get("image").getAsString(),
                        entry.get("settings").toString(),
                        Optional.ofNullable(entry.getAsJsonObject("machine")).map(MachineSettings::fromJson),
                        Optional.ofNullable(entry.getAsJsonObject("desktop")).map(DesktopEntry::fromJson)));
            }
            return new GenerationManifest(
                    object.get("number").getAsInt(),
                    Optional.ofNullable(object.get("from")).map(JsonElement::getAsInt),
                    new Configuration(
                            optional(made, "commit"), made.get("subject").getAsString()),
                    optional(object, "qemu"),
                    programs);
        } catch (JsonParseException
                | IllegalStateException
                | ClassCastException
                | NullPointerException
                | UnsupportedOperationException
                | NumberFormatException e) {
            throw new StoreException("a generation's manifest is damaged: " + e.getMessage(), e);
        }
    }

    private static Optional<String> optional(JsonObject object, String name) {
        return Optional.ofNullable(object.get(name)).map(JsonElement::getAsString);
    }
}
