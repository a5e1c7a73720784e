package org.sourceos.launcher.machine;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.sourceos.gitstore.StoreException;
import org.sourceos.gitstore.image.ImageManifest;
import org.sourceos.host.ProcessIdentity;
import org.sourceos.host.Terminal;
import org.sourceos.launcher.LaunchException;
import org.sourceos.launcher.guest.GuestProgram;
import org.sourceos.launcher.guest.GuestUser;
import org.sourceos.launcher.guest.Mark;
import org.sourceos.launcher.limit.Limits;
import org.sourceos.launcher.qemu.Accel;
import org.sourceos.launcher.qemu.MemoryKind;
import org.sourceos.launcher.qemu.Network;
import org.sourceos.launcher.qemu.PortForward;
import org.sourceos.launcher.qemu.QemuProgram;
import org.sourceos.launcher.qemu.RootMode;
import org.sourceos.launcher.qemu.Share;
import org.sourceos.launcher.qemu.VmSpec;

/** {@code machine.json}. A reader refuses another schema: the machine is left alone then, and named. */
final class MachineJson {
    static final int SCHEMA = 1;
    /** What guests spoke when it was not written down yet. */
    private static final int BEFORE_PROTOCOLS = 2;

    private MachineJson() {}

    static String write(MachineRecord record) {
        MachineRequest request = record.request();
        JsonObject root = new JsonObject();
        root.addProperty("schema", SCHEMA);
        root.addProperty("id", record.id());
        root.addProperty("name", record.name());
        root.addProperty("owner", request.owner());
        root.addProperty("state", record.state().name());
        root.addProperty("since", record.since().toString());
        root.addProperty("created", record.created().toString());
        root.addProperty("boot_id", record.bootId());
        record.process().ifPresent(process -> {
            root.addProperty("pid", process.pid());
            root.addProperty("pid_started", process.startedTicks());
        });
        root.addProperty("mark", record.mark().hex());
        root.addProperty("protocol", record.protocol());
        root.addProperty("restart", request.restart().toString());
        root.addProperty("restarts", record.restarts());
        root.addProperty("unwanted", record.unwanted());
        root.addProperty("remove_at_end", request.removeAtEnd());
        request.starting().write(root);
        record.end().ifPresent(end -> {
            root.addProperty("exit_status", end.status());
            root.addProperty("exit_message", end.message());
        });
        request.terminal().ifPresent(size -> {
            root.addProperty("rows", size.rows());
            root.addProperty("columns", size.columns());
        });
        JsonObject limits = new JsonObject();
        request.limits().values().forEach(limits::addProperty);
        root.add("limits", limits);
        JsonObject secrets = new JsonObject();
        request.secrets().forEach((name, file) -> secrets.addProperty(name, file.toString()));
        root.add("secret_files", secrets);
        root.add("program", program(request.program()));
        root.add("machine", spec(request.spec()));
        root.add("image", JsonParser.parseString(request.image().toJson()));
        return new GsonBuilder()
                        .setPrettyPrinting()
                        .disableHtmlEscaping()
                        .create()
                        .toJson(root) + "\n";
    }

    static MachineRecord read(String text) throws IOException {
        try {
            JsonObject root = JsonParser.parseString(text).getAsJsonObject();
            int schema = root.get("schema").getAsInt();
            if (schema != SCHEMA) {
                throw new IOException("it has schema " + schema + ", this version reads " + SCHEMA
                        + "; use the version of SourceOS that started the machine");
            }
            MachineRequest request = new MachineRequest(
                    Optional.of(string(root, "name")),
                    string(root, "owner"),
                    ImageManifest.fromJson(root.get("image").toString()),
                    spec(root.getAsJsonObject("machine")),
                    program(root.getAsJsonObject("program")),
                    root.has("rows")
                            ? Optional.of(new Terminal.Size(number(root, "rows"), number(root, "columns")))
                            : Optional.empty(),
                    secrets(root.getAsJsonObject("secret_files")),
                    RestartPolicy.parse(string(root, "restart")),
                    root.get("remove_at_end").getAsBoolean(),
                    limits(root),
                    StartSettings.read(root));
            return new MachineRecord(
                    string(root, "id"),
                    string(root, "name"),
                    request,
                    Instant.parse(string(root, "created")),
                    MachineState.valueOf(string(root, "state")),
                    Instant.parse(string(root, "since")),
                    string(root, "boot_id"),
                    root.has("pid")
                            ? Optional.of(new ProcessIdentity(
                                    root.get("pid").getAsLong(),
                                    root.get("pid_started").getAsLong()))
                            : Optional.empty(),
                    Mark.parse(string(root, "mark")),
                    root.has("protocol") ? number(root, "protocol") : BEFORE_PROTOCOLS,
                    number(root, "restarts"),
                    root.get("unwanted").getAsBoolean(),
                    root.has("exit_status")
                            ? Optional.of(new MachineEnd(number(root, "exit_status"), string(root, "exit_message")))
                            : Optional.empty());
        } catch (JsonParseException
                | IllegalArgumentException
                | IllegalStateException
                | NullPointerException
                | UnsupportedOperationException
                | ClassCastException
                | DateTimeParseException
                | LaunchException
                | StoreException e) {
            throw new IOException("it is damaged: " + e.getMessage(), e);
        }
    }

    private static Limits limits(JsonObject json) throws LaunchException {
        SortedMap<String, String> limits = new TreeMap<>();
        if (json.has("limits")) {
            json.getAsJsonObject("limits")
                    .entrySet()
                    .forEach(
                            entry -> limits.put(entry.getKey(), entry.getValue().getAsString()));
        }
        return Limits.of(limits);
    }

    private static SortedMap<String, Path> secrets(JsonObject json) {
        SortedMap<String, Path> files = new TreeMap<>();
        json.entrySet()
                .forEach(entry ->
                        files.put(entry.getKey(), Path.of(entry.getValue().getAsString())));
        return files;
    }

    private static JsonObject program(GuestProgram program) {
        JsonObject json = new JsonObject();
        json.add("arguments", array(program.arguments(), Function.identity()));
        JsonObject environment = new JsonObject();
        program.environment().forEach(environment::addProperty);
        json.add("environment", environment);
        program.directory().ifPresent(directory -> json.addProperty("directory", directory));
        json.addProperty("hostname", program.hostname());
        JsonObject user = new JsonObject();
        user.addProperty("uid", program.user().uid());
        user.addProperty("gid", program.user().gid());
        user.add("groups", array(program.user().groups(), String::valueOf));
        user.addProperty("name", program.user().name());
        user.addProperty("home", program.user().home());
        json.add("user", user);
        return json;
    }

    private static GuestProgram program(JsonObject json) {
        SortedMap<String, String> environment = new TreeMap<>();
        json.getAsJsonObject("environment")
                .entrySet()
                .forEach(entry ->
                        environment.put(entry.getKey(), entry.getValue().getAsString()));
        JsonObject user = json.getAsJsonObject("user");
        return new GuestProgram(
                list(json, "arguments"),
                environment,
                json.has("directory") ? Optional.of(string(json, "directory")) : Optional.empty(),
                new GuestUser(
                        number(user, "uid"),
                        number(user, "gid"),
                        list(user, "groups").stream().map(Integer::valueOf).toList(),
                        string(user, "name"),
                        string(user, "home")),
                string(json, "hostname"));
    }

    private static JsonObject spec(VmSpec spec) {
        JsonObject json = new JsonObject();
        json.addProperty("name", spec.name());
        json.addProperty("kernel", spec.kernel().toString());
        json.addProperty("initramfs", spec.initramfs().toString());
        json.add("disks", array(spec.disks(), Path::toString));
        json.addProperty("root_mode", spec.rootMode().name());
        json.addProperty("memory_mib", spec.memoryMib());
        json.addProperty("cpus", spec.cpus());
        json.addProperty("network", networkName(spec.network()));
        if (spec.network() instanceof Network.User user) {
            json.add("ports", array(user.forwards(), PortForward::toString));
        }
        JsonArray shares = new JsonArray();
        for (Share share : spec.shares()) {
            JsonObject one = new JsonObject();
            one.addProperty("host", share.host().toString());
            one.addProperty("guest", share.guest());
            one.addProperty("read_only", share.readOnly());
            shares.add(one);
        }
        json.add("shares", shares);
        json.addProperty("accel", spec.accel().name());
        json.addProperty("qemu", spec.qemu().program());
        spec.qemu().firmware().ifPresent(folder -> json.addProperty("firmware", folder.toString()));
        json.addProperty("tsc_khz", spec.tscKhz());
        json.addProperty("hugepages", spec.memory().hugepages());
        json.addProperty("balloon", spec.memory().balloon());
        return json;
    }

    /** As {@code --network} takes it. */
    static String networkName(Network network) {
        return network instanceof Network.User user ? user.isolated() ? "isolated" : "user" : "none";
    }

    private static VmSpec spec(JsonObject json) throws LaunchException {
        Network network = new Network.None();
        String kind = string(json, "network");
        if (kind.equals("user") || kind.equals("isolated")) {
            List<PortForward> forwards = new ArrayList<>();
            for (String port : list(json, "ports")) {
                forwards.add(PortForward.parse(port));
            }
            network = new Network.User(forwards, kind.equals("isolated"));
        }
        List<Share> shares = new ArrayList<>();
        for (JsonElement element : json.getAsJsonArray("shares")) {
            JsonObject one = element.getAsJsonObject();
            shares.add(new Share(
                    Path.of(string(one, "host")),
                    string(one, "guest"),
                    one.get("read_only").getAsBoolean()));
        }
        return new VmSpec(
                string(json, "name"),
                Path.of(string(json, "kernel")),
                Path.of(string(json, "initramfs")),
                list(json, "disks").stream().map(Path::of).toList(),
                RootMode.valueOf(string(json, "root_mode")),
                number(json, "memory_mib"),
                number(json, "cpus"),
                network,
                shares,
                Accel.valueOf(string(json, "accel")),
                new QemuProgram(
                        string(json, "qemu"),
                        json.has("firmware") ? Optional.of(Path.of(string(json, "firmware"))) : Optional.empty()),
                json.get("tsc_khz").getAsLong(),
                new MemoryKind(flag(json, "hugepages"), flag(json, "balloon")));
    }

    private static <T> JsonArray array(List<T> values, Function<T, String> text) {
        JsonArray array = new JsonArray();
        values.forEach(value -> array.add(text.apply(value)));
        return array;
    }

    private static List<String> list(JsonObject json, String name) {
        List<String> values = new ArrayList<>();
        json.getAsJsonArray(name).forEach(element -> values.add(element.getAsString()));
        return values;
    }

    /** What earlier versions did not know is false. */
    private static boolean flag(JsonObject json, String name) {
        return json.has(name) && json.get(name).getAsBoolean();
    }

    private static String string(JsonObject json, String name) {
        return json.get(name).getAsString();
    }

    private static int number(JsonObject json, String name) {
        return json.get(name).getAsInt();
    }
}
