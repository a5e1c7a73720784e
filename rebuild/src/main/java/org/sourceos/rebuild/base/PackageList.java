package org.sourceos.rebuild.base;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.sourceos.config.debian.ControlFile;

/**
 * Which packages a base has.
 *
 * @param versions by name
 */
record PackageList(SortedMap<String, String> versions) {
    PackageList {
        versions = new TreeMap<>(versions);
    }

    /** What {@code /var/lib/dpkg/status} calls installed. */
    static PackageList ofStatus(String status) {
        SortedMap<String, String> versions = new TreeMap<>();
        for (ControlFile.Paragraph paragraph : ControlFile.parse(status)) {
            boolean installed =
                    paragraph.field("Status").map(s -> s.endsWith(" installed")).orElse(false);
            if (installed && paragraph.field("Package").isPresent()) {
                versions.put(
                        paragraph.field("Package").get(),
                        paragraph.field("Version").orElse(""));
            }
        }
        return new PackageList(versions);
    }

    /** Of {@code name=version} each. */
    static PackageList of(List<String> packages) {
        SortedMap<String, String> versions = new TreeMap<>();
        for (String text : packages) {
            int equals = text.indexOf('=');
            versions.put(equals < 0 ? text : text.substring(0, equals), equals < 0 ? "" : text.substring(equals + 1));
        }
        return new PackageList(versions);
    }

    /** {@code name=version}, sorted by name. */
    List<String> toList() {
        return versions.entrySet().stream()
                .map(e -> e.getKey() + "=" + e.getValue())
                .toList();
    }

    /** What changed from this list to {@code other}: {@code name old → new}, {@code + name version}, {@code - name version}. */
    List<String> changesTo(PackageList other) {
        List<String> changes = new ArrayList<>();
        SortedMap<String, String> names = new TreeMap<>(versions);
        names.putAll(other.versions);
        for (String name : names.keySet()) {
            String before = versions.get(name);
            String after = other.versions.get(name);
            if (before == null) {
                changes.add("+ " + name + " " + after);
            } else if (after == null) {
                changes.add("- " + name + " " + before);
            } else if (!before.equals(after)) {
                changes.add(name + " " + before + " → " + after);
            }
        }
        return changes;
    }

    /** For {@code packages.json}. */
    com.google.gson.JsonObject toJson() {
        com.google.gson.JsonObject json = new com.google.gson.JsonObject();
        for (Map.Entry<String, String> entry : versions.entrySet()) {
            json.addProperty(entry.getKey(), entry.getValue());
        }
        return json;
    }
}
