package org.sourceos.rebuild.system;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a machine that was built of a configuration is started with: {@code machine.json} beside its kernel and disks.
 *
 * @param name its host name
 * @param network whether there is one unless the command line says otherwise
 * @param console the program of who gives none
 * @param accounts who can be, by name
 * @param qemu what the configuration says of the QEMU that runs it
 */
public record MachineDescription(
        String name,
        int memoryMib,
        int cpus,
        boolean network,
        List<String> console,
        SortedMap<String, Account> accounts,
        Optional<String> qemu) {
    private static final Gson JSON =
            new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

    /**
     * @param groups numbers of further groups
     * @param path of the environment: the user's own commands first
     */
    public record Account(int uid, int gid, List<Integer> groups, String home, String path) {
        public Account {
            groups = List.copyOf(groups);
        }
    }

    public MachineDescription {
        console = List.copyOf(console);
        accounts = Collections.unmodifiableSortedMap(new TreeMap<>(accounts));
    }

    public String json() {
        JsonObject object = new JsonObject();
        object.addProperty("name", name);
        object.addProperty("memory_mib", memoryMib);
        object.addProperty("cpus", cpus);
        object.addProperty("network", network);
        JsonArray words = new JsonArray();
        console.forEach(words::add);
        object.add("console", words);
        JsonObject people = new JsonObject();
        accounts.forEach((user, account) -> {
            JsonObject entry = new JsonObject();
            entry.addProperty("uid", account.uid());
            entry.addProperty("gid", account.gid());
            JsonArray groups = new JsonArray();
            account.groups().forEach(groups::add);
            entry.add("groups", groups);
            entry.addProperty("home", account.home());
            entry.addProperty("path", account.path());
            people.add(user, entry);
        });
        object.add("accounts", people);
        qemu.ifPresent(which -> object.addProperty("qemu", which));
        return JSON.toJson(object) + "\n";
    }

    /** @throws IOException when it is no such text */
    public static MachineDescription fromJson(String text) throws IOException {
        try {
            JsonObject object = JsonParser.parseString(text).getAsJsonObject();
            List<String> console = new ArrayList<>();
            object.getAsJsonArray("console").forEach(word -> console.add(word.getAsString()));
            SortedMap<String, Account> accounts = new TreeMap<>();
            object.getAsJsonObject("accounts").entrySet().forEach(entry -> {
                JsonObject account = entry.getValue().getAsJsonObject();
                List<Integer> groups = new ArrayList<>();
                for (JsonElement group : account.getAsJsonArray("groups")) {
                    groups.add(group.getAsInt());
                }
                accounts.put(
                        entry.getKey(),
                        new Account(
                                account.get("uid").getAsInt(),
                                account.get("gid").getAsInt(),
                                groups,
                                account.get("home").getAsString(),
                                account.get("path").getAsString()));
            });
            return new MachineDescription(
                    object.get("name").getAsString(),
                    object.get("memory_mib").getAsInt(),
                    object.get("cpus").getAsInt(),
                    object.get("network").getAsBoolean(),
                    console,
                    accounts,
                    Optional.ofNullable(object.get("qemu")).map(JsonElement::getAsString));
        } catch (JsonParseException
                | IllegalStateException
                | ClassCastException
                | NullPointerException
                | UnsupportedOperationException
                | NumberFormatException e) {
            throw new IOException("the description of the machine is damaged: " + e.getMessage(), e);
        }
    }
}
