package org.sourceos.rebuild.debian;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.sourceos.config.debian.DebianVersion;
import org.sourceos.host.Cancellation;
import org.sourceos.rebuild.RebuildException;
import org.sourceos.rebuild.apt.AptState;
import org.sourceos.rebuild.progress.StepListener;

/** Which binary packages apt's sources have, and in which versions. */
final class Offered {
    /** By name, then by version, oldest first: the source package and its version. */
    private final Map<String, SortedMap<String, String>> sources = new HashMap<>();

    private final Map<String, List<Binary>> bySource = new HashMap<>();

    record Binary(String name, String version) {}

    private Offered() {}

    /** @param folder empty; the lists are put there on the way */
    static Offered by(AptState apt, Path folder, StepListener listener, Cancellation cancellation)
            throws RebuildException, IOException {
        Offered offered = new Offered();
        for (Path list : apt.indexes(folder, listener, cancellation)) {
            if (list.toString().endsWith(".Packages")) {
                offered.add(list);
            }
            Files.delete(list);
        }
        return offered;
    }

    /** Only three fields of sixty thousand paragraphs. */
    private void add(Path list) throws IOException {
        try (BufferedReader lines = Files.newBufferedReader(list, StandardCharsets.ISO_8859_1)) {
            Map<String, String> fields = new HashMap<>();
            String line;
            do {
                line = lines.readLine();
                if (line == null || line.isEmpty()) {
                    add(fields);
                    fields.clear();
                } else if (line.startsWith("Package: ")
                        || line.startsWith("Source: ")
                        || line.startsWith("Version: ")) {
                    int colon = line.indexOf(':');
                    fields.put(
                            line.substring(0, colon), line.substring(colon + 1).strip());
                }
            } while (line != null);
        }
    }

    private void add(Map<String, String> fields) {
        String name = fields.get("Package");
        String version = fields.get("Version");
        if (name == null || version == null) {
            return;
        }
        // "Source: glibc (2.36-9)"; the version in brackets only where it differs, the whole field only where the name
        // does.
        String source = fields.getOrDefault("Source", name);
        String made = source.endsWith(")") ? source : source + " (" + version + ")";
        if (sources.computeIfAbsent(name, key -> new TreeMap<>(DebianVersion.ORDER))
                        .put(version, made)
                == null) {
            bySource.computeIfAbsent(made, key -> new ArrayList<>()).add(new Binary(name, version));
        }
    }

    private SortedMap<String, String> versions(String name) {
        return sources.getOrDefault(name, new TreeMap<>());
    }

    boolean has(String name) {
        return sources.containsKey(name);
    }

    boolean has(String name, String version) {
        return versions(name).containsKey(version);
    }

    boolean isNewest(String name, String version) {
        return has(name) && versions(name).lastKey().equals(version);
    }

    /** What was built together with it, itself included: such packages often need each other in exactly that version. */
    List<Binary> builtWith(String name, String version) {
        return bySource.getOrDefault(versions(name).getOrDefault(version, ""), List.of());
    }
}
