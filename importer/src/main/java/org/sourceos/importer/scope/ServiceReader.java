package org.sourceos.importer.scope;

import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.sourceos.importer.Scope;
import org.sourceos.importer.result.Findings;
import org.sourceos.importer.result.Setting;

/**
 * Where somebody decided otherwise than the packages did: units that were enabled, disabled and masked, units of one's own,
 * and cron. What packages enabled is what {@code deb-systemd-helper} noted and what systemd's presets say.
 */
public final class ServiceReader implements ScopeReader {
    private static final String UNITS = "/etc/systemd/system";
    private static final String NOTED = "/var/lib/systemd/deb-systemd-helper-enabled";
    private static final List<String> SHIPPED = List.of("/lib/systemd/system", "/usr/lib/systemd/system");
    private static final List<String> CRON = List.of(
            "/etc/cron.d",
            "/etc/cron.hourly",
            "/etc/cron.daily",
            "/etc/cron.weekly",
            "/etc/cron.monthly",
            "/etc/cron.yearly");

    @Override
    public boolean claims(String path) {
        return path.startsWith(UNITS + "/")
                || path.startsWith("/etc/systemd/user/")
                || path.matches("/etc/rc[0-9S]\\.d/.*|/etc/runit/runsvdir/default/.*")
                || CRON.stream().anyMatch(folder -> path.startsWith(folder + "/"));
    }

    @Override
    public void read(DebianSystem system, Findings into) {
        Links own = new Links();
        own.walk(system, UNITS, "");
        Links noted = new Links();
        noted.walk(system, NOTED, "");
        SortedSet<String> presets = presets(system);
        SortedSet<String> enabled = new TreeSet<>();
        for (Map.Entry<String, String> link : own.wanted.entrySet()) {
            boolean byPackage = noted.wanted.containsKey(link.getKey()) || isPreset(presets, link.getValue());
            if (!byPackage && !into.isExcluded(link.getValue())) {
                enabled.add(link.getValue());
            }
        }
        SortedSet<String> disabled = new TreeSet<>();
        for (Map.Entry<String, String> link : noted.wanted.entrySet()) {
            if (!own.wanted.containsKey(link.getKey())
                    && isShipped(system, link.getValue())
                    && !own.masked.contains(link.getValue())
                    && !into.isExcluded(link.getValue())) {
                disabled.add(link.getValue());
            }
        }
        put(into, enabled, "enabled");
        put(into, disabled, "disabled");
        own.masked.removeIf(unit -> system.files()
                        .status("/var/lib/systemd/deb-systemd-helper-masked/" + unit)
                        .isPresent()
                || into.isExcluded(unit));
        put(into, own.masked, "masked");
        own.files.forEach(path -> {
            if (!system.isOwned(path)) {
                system.keep(
                        into, Scope.SERVICES, path, path.endsWith(".conf") ? "changes a unit" : "a unit of one's own");
            }
        });
        own.aliases.forEach((unit, target) -> {
            boolean byPackage = noted.aliases.containsKey(unit) || noted.plain.contains(unit);
            String name = target.substring(target.lastIndexOf('/') + 1);
            // Which display manager is used is an answer to debconf.
            boolean answered = unit.equals("display-manager.service");
            if (!byPackage && !answered && !isPreset(presets, name) && !system.isOwned(UNITS + "/" + unit)) {
                into.set(
                        Scope.SERVICES,
                        UNITS + "/" + unit,
                        Setting.text(target),
                        "system",
                        "debian",
                        "links",
                        UNITS + "/" + unit);
            }
        });
        cron(system, into);
    }

    private static void put(Findings into, SortedSet<String> units, String option) {
        if (!units.isEmpty()) {
            into.set(Scope.SERVICES, UNITS, Setting.texts(units), "system", "debian", "services", option);
        }
    }

    private static boolean isShipped(DebianSystem system, String unit) {
        String template = unit.replaceFirst("@[^.]*\\.", "@.");
        return SHIPPED.stream()
                .anyMatch(folder -> system.files().isFile(folder + "/" + unit)
                        || system.files().isFile(folder + "/" + template));
    }

    private static SortedSet<String> presets(DebianSystem system) {
        SortedSet<String> units = new TreeSet<>();
        for (String folder : List.of("/lib/systemd/system-preset", "/usr/lib/systemd/system-preset")) {
            for (String name : system.files().list(folder)) {
                for (String line : system.files().lines(folder + "/" + name)) {
                    if (line.startsWith("enable ")) {
                        units.add(line.substring("enable ".length()).strip());
                    }
                }
            }
        }
        return units;
    }

    private static boolean isPreset(SortedSet<String> presets, String unit) {
        return presets.contains(unit) || presets.contains(unit.replaceFirst("@[^.]*\\.", "@."));
    }

    private static void cron(DebianSystem system, Findings into) {
        CRON.forEach(folder -> system.keepUnowned(into, Scope.SERVICES, folder, "run by cron"));
        String tables = "/var/spool/cron/crontabs";
        for (String user : system.files().list(tables)) {
            system.keep(into, Scope.SERVICES, tables + "/" + user, "cron table of " + user);
        }
    }

    /** What a folder of units says. */
    private static final class Links {
        /** By place: {@code multi-user.target.wants/ssh.service}. */
        private final SortedMap<String, String> wanted = new TreeMap<>();

        private final SortedMap<String, String> aliases = new TreeMap<>();
        private final SortedSet<String> masked = new TreeSet<>();
        private final SortedSet<String> files = new TreeSet<>();
        private final SortedSet<String> plain = new TreeSet<>();

        void walk(DebianSystem system, String root, String folder) {
            for (String name : system.files().list(root + folder)) {
                String path = root + folder + "/" + name;
                String place = folder.isEmpty() ? name : folder.substring(1) + "/" + name;
                var facts = system.files().status(path);
                boolean wants = folder.endsWith(".wants") || folder.endsWith(".requires");
                if (facts.isEmpty()) {
                    continue;
                }
                if (facts.get().isFolder()) {
                    if (folder.isEmpty()) {
                        walk(system, root, "/" + name);
                    }
                } else if (wants) {
                    // In dpkg's notes these are empty files, and links in /etc.
                    wanted.put(place, name);
                } else if (facts.get().isLink()) {
                    String target = system.files().link(path).orElse("");
                    if (target.equals("/dev/null")) {
                        masked.add(name);
                    } else {
                        aliases.put(name, target);
                    }
                } else if (facts.get().isFile() && facts.get().size() == 0 && folder.isEmpty() && root.equals(UNITS)) {
                    masked.add(name);
                } else if (!DebianSystem.isLeftover(name)) {
                    files.add(path);
                    plain.add(name);
                }
            }
        }
    }
}
