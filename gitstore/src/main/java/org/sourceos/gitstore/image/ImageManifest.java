package org.sourceos.gitstore.image;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.sourceos.gitstore.Digest;
import org.sourceos.gitstore.ObjectName;
import org.sourceos.gitstore.StoreException;

/**
 * What a machine image is made of and how it wants to run: the file {@code manifest.json} of the tree at
 * {@code refs/vms/<name>-<key>}, and the only thing that building and launching share.
 *
 * <p>The tree also holds {@code kernel/} and {@code layers/<nn>-<name>/}, which are the layers named here, and
 * {@code provenance.json}.
 *
 * @param name the package
 * @param version the package's version, as its source has it
 * @param key the build key of the image
 * @param kernel the layer with {@code vmlinux} and {@code config}
 * @param layers the root file system, topmost first, at least one and at most {@link #MAX_LAYERS}
 */
public record ImageManifest(
        String name, String version, Digest key, KernelPart kernel, List<LayerPart> layers, RunDefaults run) {

    /** The version of the JSON shape. A reader refuses a newer one. */
    public static final int SCHEMA = 1;

    /** As many disks as a machine has slots for besides console, entropy, network and shares. */
    public static final int MAX_LAYERS = 4;

    /**
     * @param key the kernel's build key
     * @param version its release, such as {@code 6.1.192-sourceos}
     * @param features as the recipes name them, sorted
     * @param tree git's name of the layer
     * @param digest the layer's digest
     */
    public record KernelPart(Digest key, String version, List<String> features, ObjectName tree, Digest digest) {
        public KernelPart {
            features = List.copyOf(features);
        }
    }

    /** A layer of the root file system. {@code name} is the package it came from. */
    public record LayerPart(String name, ObjectName tree, Digest digest, long bytes) {}

    /**
     * How the program runs unless the command line says otherwise.
     *
     * @param command the program and its first arguments; those of the command line follow
     * @param environment added to the machine's own
     * @param network {@code none} or {@code user}
     * @param devices host devices the recipe asks for, as paths
     * @param memoryMib the machine's memory
     * @param cpus how many processors it sees
     * @param rootFilesystem {@code overlayfs} (changes live in memory and end with the machine) or {@code readonly}
     * @param files which host files the program is given: {@code none}, {@code arguments} (those its arguments name, with
     *     their folders) or {@code directory} (the working directory)
     * @param ready when the started program may be saved, for launches that do not start it again; empty for never
     * @param limits what the machine may take of the host, by the names of {@code launcher.limit.Limits}
     */
    public record RunDefaults(
            List<String> command,
            SortedMap<String, String> environment,
            String network,
            List<String> devices,
            int memoryMib,
            int cpus,
            String rootFilesystem,
            String files,
            SortedMap<String, String> limits,
            Optional<Readiness> ready) {
        /** Without limits. */
        public RunDefaults(
                List<String> command,
                SortedMap<String, String> environment,
                String network,
                List<String> devices,
                int memoryMib,
                int cpus,
                String rootFilesystem,
                String files) {
            this(command, environment, network, devices, memoryMib, cpus, rootFilesystem, files, new TreeMap<>());
        }

        /** Of a program that is started by each launch. */
        public RunDefaults(
                List<String> command,
                SortedMap<String, String> environment,
                String network,
                List<String> devices,
                int memoryMib,
                int cpus,
                String rootFilesystem,
                String files,
                SortedMap<String, String> limits) {
            this(
                    command,
                    environment,
                    network,
                    devices,
                    memoryMib,
                    cpus,
                    rootFilesystem,
                    files,
                    limits,
                    Optional.empty());
        }

        public RunDefaults {
            limits = new TreeMap<>(limits);
            command = List.copyOf(command);
            environment = new TreeMap<>(environment);
            devices = List.copyOf(devices);
        }
    }

    public ImageManifest {
        layers = List.copyOf(layers);
        if (layers.isEmpty() || layers.size() > MAX_LAYERS) {
            throw new IllegalArgumentException("an image has 1 to " + MAX_LAYERS + " layers, not " + layers.size());
        }
    }

    /** The JSON text: indented, members in a fixed order, ends with a newline. Same manifest, same text. */
    public String toJson() {
        JsonObject root = new JsonObject();
        root.addProperty("schema", SCHEMA);
        root.addProperty("name", name);
        root.addProperty("version", version);
        root.addProperty("key", key.hex());
        JsonObject kernelJson = new JsonObject();
        kernelJson.addProperty("version", kernel.version());
        kernelJson.addProperty("key", kernel.key().hex());
        kernelJson.add("features", array(kernel.features()));
        kernelJson.addProperty("tree", kernel.tree().hex());
        kernelJson.addProperty("sha256", kernel.digest().hex());
        root.add("kernel", kernelJson);
        JsonArray layersJson = new JsonArray();
        for (LayerPart layer : layers) {
            JsonObject json = new JsonObject();
            json.addProperty("name", layer.name());
            json.addProperty("tree", layer.tree().hex());
            json.addProperty("sha256", layer.digest().hex());
            json.addProperty("bytes", layer.bytes());
            layersJson.add(json);
        }
        root.add("layers", layersJson);
        JsonObject runJson = new JsonObject();
        runJson.add("command", array(run.command()));
        JsonObject environment = new JsonObject();
        run.environment().forEach(environment::addProperty);
        runJson.add("environment", environment);
        runJson.addProperty("network", run.network());
        runJson.add("devices", array(run.devices()));
        runJson.addProperty("memory_mib", run.memoryMib());
        runJson.addProperty("cpus", run.cpus());
        runJson.addProperty("root_filesystem", run.rootFilesystem());
        runJson.addProperty("files", run.files());
        run.ready().ifPresent(ready -> runJson.add("ready", ready.toJson()));
        if (!run.limits().isEmpty()) {
            JsonObject limits = new JsonObject();
            run.limits().forEach(limits::addProperty);
            runJson.add("limits", limits);
        }
        root.add("run", runJson);
        return new GsonBuilder()
                        .setPrettyPrinting()
                        .disableHtmlEscaping()
                        .create()
                        .toJson((JsonElement) root) + "\n";
    }

    /** Reads what {@link #toJson} wrote; anything else is a {@link StoreException} that says what is wrong. */
    public static ImageManifest fromJson(String text) throws StoreException {
        try {
            JsonObject root = JsonParser.parseString(text).getAsJsonObject();
            int schema = root.get("schema").getAsInt();
            if (schema != SCHEMA) {
                throw new StoreException("the image manifest has schema " + schema + ", this version reads " + SCHEMA
                        + "; use the version of SourceOS that wrote it, or build the image again");
            }
            JsonObject kernelJson = root.getAsJsonObject("kernel");
            List<LayerPart> layers = new ArrayList<>();
            for (JsonElement element : root.getAsJsonArray("layers")) {
                JsonObject json = element.getAsJsonObject();
                layers.add(new LayerPart(
                        string(json, "name"),
                        new ObjectName(string(json, "tree")),
                        new Digest(string(json, "sha256")),
                        json.get("bytes").getAsLong()));
            }
            JsonObject runJson = root.getAsJsonObject("run");
            SortedMap<String, String> environment = new TreeMap<>();
            for (Map.Entry<String, JsonElement> entry :
                    runJson.getAsJsonObject("environment").entrySet()) {
                environment.put(entry.getKey(), entry.getValue().getAsString());
            }
            SortedMap<String, String> limits = new TreeMap<>();
            if (runJson.has("limits")) {
                runJson.getAsJsonObject("limits")
                        .entrySet()
                        .forEach(entry ->
                                limits.put(entry.getKey(), entry.getValue().getAsString()));
            }
            return new ImageManifest(
                    string(root, "name"),
                    string(root, "version"),
                    new Digest(string(root, "key")),
                    new KernelPart(
                            new Digest(string(kernelJson, "key")),
                            string(kernelJson, "version"),
                            strings(kernelJson, "features"),
                            new ObjectName(string(kernelJson, "tree")),
                            new Digest(string(kernelJson, "sha256"))),
                    layers,
                    new RunDefaults(
                            strings(runJson, "command"),
                            environment,
                            string(runJson, "network"),
                            strings(runJson, "devices"),
                            runJson.get("memory_mib").getAsInt(),
                            runJson.get("cpus").getAsInt(),
                            string(runJson, "root_filesystem"),
                            string(runJson, "files"),
                            limits,
                            runJson.has("ready")
                                    ? Optional.of(Readiness.fromJson(runJson.getAsJsonObject("ready")))
                                    : Optional.empty()));
        } catch (JsonParseException
                | IllegalStateException
                | IllegalArgumentException
                | NullPointerException
                | ClassCastException
                | UnsupportedOperationException e) {
            throw new StoreException("the image manifest cannot be read: " + e.getMessage(), e);
        }
    }

    private static JsonArray array(List<String> values) {
        JsonArray array = new JsonArray();
        values.forEach(array::add);
        return array;
    }

    private static String string(JsonObject object, String member) {
        return object.get(member).getAsString();
    }

    private static List<String> strings(JsonObject object, String member) {
        List<String> values = new ArrayList<>();
        object.getAsJsonArray(member).forEach(element -> values.add(element.getAsString()));
        return values;
    }
}
