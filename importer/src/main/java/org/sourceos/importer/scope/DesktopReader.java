package org.sourceos.importer.scope;

import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.sourceos.importer.Scope;
import org.sourceos.importer.result.Findings;
import org.sourceos.importer.result.Setting;

/** Which desktops there are, and what opens which type of file. */
public final class DesktopReader implements ScopeReader {
    private static final String SYSTEM_DEFAULTS = "/etc/xdg/mimeapps.list";

    @Override
    public boolean claims(String path) {
        return path.equals(SYSTEM_DEFAULTS) || path.equals("/etc/X11/default-display-manager");
    }

    @Override
    public void read(DebianSystem system, Findings into) {
        SortedSet<String> environments = new TreeSet<>();
        for (String folder : List.of("/usr/share/xsessions", "/usr/share/wayland-sessions")) {
            for (String name : system.files().list(folder)) {
                if (name.endsWith(".desktop")) {
                    environments.add(name.substring(0, name.length() - ".desktop".length()));
                }
            }
        }
        if (!environments.isEmpty()) {
            into.set(
                    Scope.DESKTOP,
                    "/usr/share/xsessions",
                    Setting.texts(environments),
                    "system",
                    "debian",
                    "desktop",
                    "environments");
        }
        SortedMap<String, Setting> defaults = new TreeMap<>();
        for (String file : List.of("/usr/local/share/applications/mimeapps.list", SYSTEM_DEFAULTS)) {
            boolean wanted = false;
            for (String line : system.files().lines(file)) {
                int equals = line.indexOf('=');
                if (line.startsWith("[")) {
                    wanted = line.strip().equals("[Default Applications]");
                } else if (wanted && equals > 0) {
                    defaults.put(
                            line.substring(0, equals).strip(),
                            Setting.text(line.substring(equals + 1).strip()));
                }
            }
        }
        if (!defaults.isEmpty()) {
            into.set(
                    Scope.DESKTOP,
                    SYSTEM_DEFAULTS,
                    new Setting.Names(defaults),
                    "system",
                    "debian",
                    "desktop",
                    "defaults");
        }
        for (Accounts.User user : system.accounts().users()) {
            if (UserReader.isOfAPerson(system, user) && user.home().startsWith("/")) {
                system.keep(
                        into,
                        Scope.DESKTOP,
                        user.home() + "/.config/mimeapps.list",
                        "what opens a type of file, for " + user.name());
            }
        }
    }
}
