package org.sourceos.importer.scope;

import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.sourceos.importer.Scope;
import org.sourceos.importer.result.Findings;
import org.sourceos.importer.result.Setting;

/** What other package managers installed for everybody: names, not files. */
final class OtherManagers {
    private static final Pattern VERSION = Pattern.compile("\"version\"\\s*:\\s*\"([^\"]{1,60})\"");

    private final DebianSystem system;
    private final Findings into;

    OtherManagers(DebianSystem system, Findings into) {
        this.system = system;
        this.into = into;
    }

    /** Whether a file is one of theirs. */
    boolean has(String path) {
        return path.matches("/usr/local/lib/(python3[^/]*/(dist|site)-packages|node_modules)/.+");
    }

    void read() {
        put("flatpak", new TreeSet<>(system.files().list("/var/lib/flatpak/app")));
        SortedSet<String> snaps = new TreeSet<>();
        for (String file : system.files().list("/var/lib/snapd/snaps")) {
            if (file.matches("[a-z0-9-]+_x?[0-9]+\\.snap") && !file.matches("(core[0-9]*|snapd|bare)_.*")) {
                snaps.add(file.substring(0, file.indexOf('_')));
            }
        }
        put("snap", snaps);
        pip();
        SortedSet<String> node = new TreeSet<>();
        for (String folder : List.of("/usr/local/lib/node_modules", "/usr/lib/node_modules")) {
            node(folder, "", node);
        }
        put("npm", node);
    }

    private void put(String name, SortedSet<String> names) {
        names.removeIf(into::isExcluded);
        if (!names.isEmpty()) {
            into.set(Scope.UNMANAGED, name, Setting.texts(names), "system", "debian", "others", name);
        }
    }

    private void pip() {
        SortedSet<String> names = new TreeSet<>();
        for (String python : system.files().list("/usr/local/lib")) {
            if (!python.startsWith("python3")) {
                continue;
            }
            for (String packages : List.of("dist-packages", "site-packages")) {
                for (String entry : system.files().list("/usr/local/lib/" + python + "/" + packages)) {
                    Matcher info =
                            Pattern.compile("(.+?)-([^-]+)\\.(dist|egg)-info").matcher(entry);
                    if (info.matches()) {
                        names.add(info.group(1) + " " + info.group(2));
                    }
                }
            }
        }
        put("pip", names);
    }

    private void node(String folder, String prefix, SortedSet<String> names) {
        for (String entry : system.files().list(folder)) {
            String path = folder + "/" + entry;
            if (entry.startsWith("@") && prefix.isEmpty()) {
                node(path, entry + "/", names);
            } else if (!entry.startsWith(".") && !system.isOwned(path)) {
                Matcher version = VERSION.matcher(system.files().text(path + "/package.json"));
                names.add(prefix + entry + (version.find() ? " " + version.group(1) : ""));
            }
        }
    }
}
