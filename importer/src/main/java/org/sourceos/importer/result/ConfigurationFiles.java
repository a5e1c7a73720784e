package org.sourceos.importer.result;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import org.sourceos.importer.result.Findings.Collected;

/** The files of a configuration that says what was found. The same findings give the same bytes. */
public final class ConfigurationFiles {
    public static final String ENTRY = "system.source.nix";
    public static final String USERS = "users.source.nix";
    public static final String PACKAGES = "packages.source.nix";
    public static final String REPORT = "import-report.md";

    /** Everything that an import writes, and so takes away before it writes anew. */
    public static final List<String> ALL = List.of(ENTRY, USERS, PACKAGES, REPORT, "files", "diffs");

    private static final Set<String> OF_USERS = Set.of("accounts", "groups");
    private static final Set<String> OF_PACKAGES = Set.of(
            "release", "codename", "architecture", "foreign_architectures", "packages", "repositories", "others");

    private ConfigurationFiles() {}

    /**
     * All of them, by their paths.
     *
     * @param recipes the packages that can be built from source: those of them that were chosen become applications
     */
    public static SortedMap<String, KeptFile> of(Collected found, SortedSet<String> recipes) {
        SortedMap<String, KeptFile> files = new TreeMap<>(found.files());
        SortedMap<String, Setting> system = new TreeMap<>(inside(found.settings(), "system"));
        SortedMap<String, Setting> debian = new TreeMap<>(inside(new Setting.Names(system), "debian"));
        system.remove("debian");

        Setting.Names packages = part(debian, OF_PACKAGES, true);
        SortedMap<String, Setting> packageSystem = new TreeMap<>();
        SortedMap<String, Setting> applications = new TreeMap<>();
        for (String name : inside(packages, "packages").keySet()) {
            if (recipes.contains(name)) {
                applications.put(name, new Setting.Program(name));
            }
        }
        List<String> head = new ArrayList<>(List.of("# Packages that somebody chose, and where they come from."));
        if (!applications.isEmpty()) {
            packageSystem.put("applications", new Setting.Names(applications));
            head.add("# Those with a recipe are applications: built from source, each in a machine of its own.");
            head.add("{ pkgs, ... }:");
        }
        put(packageSystem, "debian", packages);
        put(files, PACKAGES, String.join("\n", head) + "\n", "", under("system", packageSystem));

        SortedMap<String, Setting> users = new TreeMap<>();
        put(users, "users", new Setting.Names(inside(found.settings(), "users")));
        SortedMap<String, Setting> userSystem = new TreeMap<>();
        put(userSystem, "debian", part(debian, OF_USERS, true));
        put(users, "system", new Setting.Names(userSystem));
        put(files, USERS, "# Who uses this computer. Passwords are not part of it.\n", "", new Setting.Names(users));

        SortedSet<String> rest = new java.util.TreeSet<>(OF_USERS);
        rest.addAll(OF_PACKAGES);
        put(system, "debian", part(debian, rest, false));
        put(
                files,
                ENTRY,
                "# What this computer is, as it was found. " + REPORT + " says what is not here.\n",
                "imports = [ ./" + USERS + " ./" + PACKAGES + " ];\n\n",
                under("system", system));
        files.put(REPORT, text(new Report(found).text()));
        return files;
    }

    private static SortedMap<String, Setting> inside(Setting.Names settings, String name) {
        return settings.values().get(name) instanceof Setting.Names names ? names.values() : new TreeMap<>();
    }

    private static Setting.Names part(SortedMap<String, Setting> all, Set<String> names, boolean in) {
        SortedMap<String, Setting> part = new TreeMap<>(all);
        part.keySet().removeIf(name -> names.contains(name) != in);
        return new Setting.Names(part);
    }

    private static void put(SortedMap<String, Setting> into, String name, Setting.Names values) {
        if (!values.values().isEmpty()) {
            into.put(name, values);
        }
    }

    private static Setting.Names under(String name, SortedMap<String, Setting> settings) {
        SortedMap<String, Setting> outer = new TreeMap<>();
        put(outer, name, new Setting.Names(settings));
        return new Setting.Names(outer);
    }

    private static void put(
            SortedMap<String, KeptFile> files, String name, String head, String first, Setting.Names settings) {
        files.put(name, text(NixText.file(name, head, first, settings)));
    }

    private static KeptFile text(String text) {
        return new KeptFile(text.getBytes(StandardCharsets.UTF_8), false);
    }
}
