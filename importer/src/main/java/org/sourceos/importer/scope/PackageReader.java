package org.sourceos.importer.scope;

import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.sourceos.config.debian.ControlFile;
import org.sourceos.importer.Scope;
import org.sourceos.importer.result.Findings;
import org.sourceos.importer.result.Note.Kind;
import org.sourceos.importer.result.Setting;

/** The packages that somebody chose, and the release they are of. */
public final class PackageReader implements ScopeReader {
    private static final String MARKS = "/var/lib/apt/extended_states";

    @Override
    public boolean claims(String path) {
        return path.equals("/etc/os-release") || path.equals("/etc/debian_version");
    }

    @Override
    public void read(DebianSystem system, Findings into) {
        release(system, into);
        system.complaints().forEach(text -> into.note(Scope.PACKAGES, Kind.UNMAPPED, DpkgStatus.FILE, text));
        SortedMap<String, DpkgPackage> packages = system.packages();
        SortedSet<String> manual = new TreeSet<>(packages.keySet());
        manual.removeAll(automatic(system));
        SortedSet<String> chosen = new ChosenPackages(packages).of(manual);
        for (DpkgPackage one : packages.values()) {
            if (!into.isExcluded(one.name()) && (chosen.contains(one.name()) || one.held())) {
                SortedMap<String, Setting> options = new TreeMap<>();
                options.put("version", Setting.text(one.version()));
                if (!one.architecture().equals(system.architecture())
                        && !one.architecture().equals("all")) {
                    options.put("architecture", Setting.text(one.architecture()));
                }
                if (one.held()) {
                    options.put("hold", new Setting.Flag(true));
                }
                into.set(
                        Scope.PACKAGES,
                        DpkgStatus.FILE,
                        new Setting.Names(options),
                        "system",
                        "debian",
                        "packages",
                        one.name());
            }
        }
        into.note(
                Scope.PACKAGES,
                Kind.TAKEN,
                "packages",
                "chosen: " + chosen.size() + " of " + packages.size()
                        + " installed packages (marked as installed by hand: " + manual.size()
                        + "); what they need comes with them");
    }

    private static void release(DebianSystem system, Findings into) {
        for (String line : system.files().lines("/etc/os-release")) {
            int equals = line.indexOf('=');
            String name = line.substring(0, Math.max(equals, 0));
            String value = line.substring(equals + 1).replaceAll("^\"|\"$", "");
            if (name.equals("VERSION_ID")) {
                into.set(Scope.PACKAGES, "/etc/os-release", Setting.text(value), "system", "debian", "release");
            } else if (name.equals("VERSION_CODENAME")) {
                into.set(Scope.PACKAGES, "/etc/os-release", Setting.text(value), "system", "debian", "codename");
            }
        }
        into.set(
                Scope.PACKAGES,
                "/var/lib/dpkg/arch",
                Setting.text(system.architecture()),
                "system",
                "debian",
                "architecture");
        List<String> foreign = system.files().lines("/var/lib/dpkg/arch").stream()
                .filter(line -> line.matches("[a-z0-9-]+") && !line.equals(system.architecture()))
                .distinct()
                .toList();
        if (!foreign.isEmpty()) {
            into.set(
                    Scope.PACKAGES,
                    "/var/lib/dpkg/arch",
                    Setting.texts(foreign),
                    "system",
                    "debian",
                    "foreign_architectures");
        }
    }

    private static SortedSet<String> automatic(DebianSystem system) {
        SortedSet<String> names = new TreeSet<>();
        for (ControlFile.Paragraph paragraph : ControlFile.parse(system.files().text(MARKS))) {
            if (paragraph.field("Auto-Installed").filter("1"::equals).isPresent()) {
                paragraph.field("Package").ifPresent(name -> names.add(name));
            }
        }
        return names;
    }
}
