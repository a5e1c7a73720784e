package org.sourceos.rebuild.system;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.sourceos.gitstore.generation.GenerationManifest;
import org.sourceos.gitstore.generation.MachineSettings;

/**
 * What of a system can be compared without building it.
 *
 * @param programs by name (with its user, where it has one): package and, where it is known, version
 * @param options by path, each value as JSON
 * @param machines those with {@code autostart} by name (with its user), what they are made of: a switch restarts those for which
 *     something of it changes
 */
public record SystemState(
        Map<String, String> programs, Map<String, String> options, Map<String, Map<String, String>> machines) {
    public SystemState {
        programs = Collections.unmodifiableSortedMap(new TreeMap<>(programs));
        options = Collections.unmodifiableSortedMap(new TreeMap<>(options));
        machines = Collections.unmodifiableSortedMap(new TreeMap<>(machines));
    }

    /** Of a system that is not there yet. */
    public static SystemState none() {
        return new SystemState(Map.of(), Map.of(), Map.of());
    }

    /** A generation's. */
    public static SystemState of(String configuration, GenerationManifest manifest) {
        SortedMap<String, String> programs = new TreeMap<>();
        SortedMap<String, Map<String, String>> machines = new TreeMap<>();
        for (GenerationManifest.Program program : manifest.programs()) {
            String name = named(program.name(), program.user());
            String made = program.packageName() + " " + program.version();
            programs.put(name, made);
            program.machine()
                    .filter(MachineSettings::autostart)
                    .ifPresent(machine -> machines.put(name, parts(made, program.settings(), machine)));
        }
        return new SystemState(programs, options(configuration), machines);
    }

    /** Of a configuration that nothing was built of. */
    public static SystemState of(String configuration, List<WantedProgram> wanted) {
        SortedMap<String, String> programs = new TreeMap<>();
        SortedMap<String, Map<String, String>> machines = new TreeMap<>();
        for (WantedProgram program : wanted) {
            String name = named(program.name(), program.user());
            programs.put(name, program.packageName());
            program.machine()
                    .map(WantedMachine::settings)
                    .filter(MachineSettings::autostart)
                    .ifPresent(
                            machine -> machines.put(name, parts(program.packageName(), program.settings(), machine)));
        }
        return new SystemState(programs, options(configuration), machines);
    }

    private static String named(String name, Optional<String> user) {
        return name + user.map(owner -> " for " + owner).orElse("");
    }

    private static SortedMap<String, String> parts(String made, String settings, MachineSettings machine) {
        SortedMap<String, String> parts = new TreeMap<>(Map.of("package", made, "settings", settings));
        JsonObject json = machine.json();
        json.keySet().forEach(name -> parts.put(name, String.valueOf(json.get(name))));
        return parts;
    }

    private static SortedMap<String, String> options(String configuration) {
        SortedMap<String, String> options = new TreeMap<>();
        flatten("", JsonParser.parseString(configuration), options);
        return options;
    }

    private static void flatten(String path, JsonElement value, SortedMap<String, String> into) {
        if (value instanceof JsonObject object && !object.has("_type") && !(object.size() == 0 && path.isEmpty())) {
            object.entrySet()
                    .forEach(entry -> flatten(
                            path.isEmpty() ? entry.getKey() : path + "." + entry.getKey(), entry.getValue(), into));
        } else {
            into.put(path, value.toString());
        }
    }
}
