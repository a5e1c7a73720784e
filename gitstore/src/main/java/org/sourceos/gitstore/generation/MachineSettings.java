package org.sourceos.gitstore.generation;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a configuration says of a machine for a program; where it is silent, the program's image decides.
 *
 * @param command instead of the image's; empty for the image's
 * @param environment added to the image's
 * @param network {@code none}, {@code isolated} or {@code user}
 * @param ports {@code [ADDRESS:]HOST:GUEST}
 * @param mounts folders of the host by where the machine sees them; those that begin with {@code ./} are in the configuration
 *     repository
 * @param secrets the files they are in by their names, as {@code mounts}; what is in the files is nowhere in a generation
 * @param autostart whether it runs as long as the generation counts
 * @param restart {@code never}, {@code on-failure} or {@code always}
 * @param limits what it may take of the host, by the names of {@code launcher.limit.Limits}
 * @param health what shows that it runs; empty for its program being started
 */
public record MachineSettings(
        List<String> command,
        SortedMap<String, String> environment,
        OptionalInt memoryMib,
        OptionalInt cpus,
        Optional<String> network,
        List<String> ports,
        SortedMap<String, String> mounts,
        SortedMap<String, String> secrets,
        boolean autostart,
        String restart,
        Optional<Health> health,
        SortedMap<String, String> limits) {

    /**
     * When a machine counts as running after a switch.
     *
     * @param port a port of the machine that takes connections
     * @param command a command in it that succeeds; empty for none
     * @param timeout how long it may take
     */
    public record Health(OptionalInt port, List<String> command, Duration timeout) {
        public Health {
            command = List.copyOf(command);
        }
    }

    /** Without limits. */
    public MachineSettings(
            List<String> command,
            SortedMap<String, String> environment,
            OptionalInt memoryMib,
            OptionalInt cpus,
            Optional<String> network,
            List<String> ports,
            SortedMap<String, String> mounts,
            SortedMap<String, String> secrets,
            boolean autostart,
            String restart,
            Optional<Health> health) {
        this(
                command,
                environment,
                memoryMib,
                cpus,
                network,
                ports,
                mounts,
                secrets,
                autostart,
                restart,
                health,
                new TreeMap<>());
    }

    public MachineSettings {
        limits = new TreeMap<>(limits);
        command = List.copyOf(command);
        environment = new TreeMap<>(environment);
        ports = List.copyOf(ports);
        mounts = new TreeMap<>(mounts);
        secrets = new TreeMap<>(secrets);
    }

    /** Members in a fixed order; what says nothing is left out. */
    public JsonObject json() {
        JsonObject object = new JsonObject();
        addList(object, "command", command);
        addMap(object, "environment", environment);
        memoryMib.ifPresent(size -> object.addProperty("memory_mib", size));
        cpus.ifPresent(number -> object.addProperty("cpus", number));
        network.ifPresent(kind -> object.addProperty("network", kind));
        addList(object, "ports", ports);
        addMap(object, "mounts", mounts);
        addMap(object, "secrets", secrets);
        if (autostart) {
            object.addProperty("autostart", true);
        }
        if (!restart.equals("never")) {
            object.addProperty("restart", restart);
        }
        health.ifPresent(check -> {
            JsonObject inner = new JsonObject();
            check.port().ifPresent(port -> inner.addProperty("port", port));
            addList(inner, "command", check.command());
            inner.addProperty("timeout_ms", check.timeout().toMillis());
            object.add("health", inner);
        });
        addMap(object, "limits", limits);
        return object;
    }

    static MachineSettings fromJson(JsonObject object) {
        Optional<Health> health = Optional.ofNullable(object.getAsJsonObject("health"))
                .map(inner -> new Health(
                        number(inner, "port"),
                        list(inner, "command"),
                        Duration.ofMillis(inner.get("timeout_ms").getAsLong())));
        return new MachineSettings(
                list(object, "command"),
                map(object, "environment"),
                number(object, "memory_mib"),
                number(object, "cpus"),
                Optional.ofNullable(object.get("network")).map(JsonElement::getAsString),
                list(object, "ports"),
                map(object, "mounts"),
                map(object, "secrets"),
                object.has("autostart") && object.get("autostart").getAsBoolean(),
                object.has("restart") ? object.get("restart").getAsString() : "never",
                health,
                map(object, "limits"));
    }

    private static void addList(JsonObject object, String name, List<String> values) {
        if (!values.isEmpty()) {
            JsonArray array = new JsonArray();
            values.forEach(array::add);
            object.add(name, array);
        }
    }

    private static void addMap(JsonObject object, String name, SortedMap<String, String> values) {
        if (!values.isEmpty()) {
            JsonObject inner = new JsonObject();
            values.forEach(inner::addProperty);
            object.add(name, inner);
        }
    }

    private static OptionalInt number(JsonObject object, String name) {
        JsonElement value = object.get(name);
        return value == null ? OptionalInt.empty() : OptionalInt.of(value.getAsInt());
    }

    private static List<String> list(JsonObject object, String name) {
        List<String> values = new ArrayList<>();
        if (object.has(name)) {
            object.getAsJsonArray(name).forEach(value -> values.add(value.getAsString()));
        }
        return values;
    }

    private static SortedMap<String, String> map(JsonObject object, String name) {
        SortedMap<String, String> values = new TreeMap<>();
        if (object.has(name)) {
            object.getAsJsonObject(name)
                    .entrySet()
                    .forEach(
                            entry -> values.put(entry.getKey(), entry.getValue().getAsString()));
        }
        return values;
    }
}
