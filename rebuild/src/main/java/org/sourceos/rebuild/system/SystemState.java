package org.sourceos.rebuild.system;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.sourceos.gitstore.generation.GenerationManifest;

/**
 * What of a system can be compared without building it.
 *
 * @param programs by name (with its user, where it has one): package and, where it is known, version
 * @param options by path, each value as JSON
 */
public record SystemState(Map<String, String> programs, Map<String, String> options) {
    public SystemState {
        programs = Collections.unmodifiableSortedMap(new TreeMap<>(programs));
        options = Collections.unmodifiableSortedMap(new TreeMap<>(options));
    }

    /** A generation's. */
    public static SystemState of(String configuration, GenerationManifest manifest) {
        SortedMap<String, String> programs = new TreeMap<>();
        for (GenerationManifest.Program program : manifest.programs()) {
            programs.put(
                    program.name() + program.user().map(user -> " for " + user).orElse(""),
                    program.packageName() + " " + program.version());
        }
        return new SystemState(programs, options(configuration));
    }

    /** Of a configuration that nothing was built of. */
    public static SystemState of(String configuration, List<WantedProgram> wanted) {
        SortedMap<String, String> programs = new TreeMap<>();
        for (WantedProgram program : wanted) {
            programs.put(
                    program.name() + program.user().map(user -> " for " + user).orElse(""), program.packageName());
        }
        return new SystemState(programs, options(configuration));
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
