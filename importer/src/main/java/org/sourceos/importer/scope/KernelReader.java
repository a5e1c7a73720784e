package org.sourceos.importer.scope;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.sourceos.importer.Scope;
import org.sourceos.importer.result.Findings;
import org.sourceos.importer.result.Note.Kind;
import org.sourceos.importer.result.Setting;

/** What the kernel is told: command line, modules, settings. */
public final class KernelReader implements ScopeReader {
    private static final String GRUB = "/etc/default/grub";

    @Override
    public boolean claims(String path) {
        return path.matches(
                "/etc/(modules|sysctl\\.conf|kernel/cmdline|default/grub)|/etc/(modules-load|sysctl|modprobe)\\.d/.*"
                        + "|/etc/default/grub\\.d/.*");
    }

    @Override
    public void read(DebianSystem system, Findings into) {
        Set<String> parameters = new LinkedHashSet<>();
        for (String line : system.files().lines(GRUB)) {
            if (line.matches("\\s*GRUB_CMDLINE_LINUX(_DEFAULT)?=.*")) {
                String value = line.substring(line.indexOf('=') + 1).strip().replaceAll("^[\"']|[\"']$", "");
                parameters.addAll(words(value));
            }
        }
        parameters.addAll(words(system.files().text("/etc/kernel/cmdline")));
        if (!parameters.isEmpty()) {
            into.set(Scope.KERNEL, GRUB, Setting.texts(parameters), "system", "debian", "kernel_parameters");
        }
        system.keepUnowned(into, Scope.KERNEL, "/etc/default/grub.d", "settings of the boot loader");
        modules(system, into);
        sysctl(system, into);
        system.keepUnowned(into, Scope.KERNEL, "/etc/modprobe.d", "settings of kernel modules");
    }

    private static void modules(DebianSystem system, Findings into) {
        SortedSet<String> modules = new TreeSet<>();
        for (String file : files(system, "/etc/modules", "/etc/modules-load.d")) {
            if (system.isOwned(file) && !file.equals("/etc/modules")) {
                continue;
            }
            for (String line : system.files().lines(file)) {
                if (!line.isBlank() && !line.strip().matches("[#;].*")) {
                    modules.add(line.strip());
                }
            }
        }
        if (!modules.isEmpty()) {
            into.set(Scope.KERNEL, "/etc/modules", Setting.texts(modules), "system", "debian", "modules");
        }
    }

    private static void sysctl(DebianSystem system, Findings into) {
        SortedMap<String, Setting> settings = new TreeMap<>();
        for (String file : files(system, "/etc/sysctl.conf", "/etc/sysctl.d")) {
            if (system.isOwned(file) && !file.equals("/etc/sysctl.conf")) {
                continue;
            }
            int number = 0;
            for (String line : system.files().lines(file)) {
                number++;
                int equals = line.indexOf('=');
                if (line.isBlank() || line.strip().matches("[#;].*")) {
                    continue;
                }
                if (equals <= 0) {
                    into.note(Scope.KERNEL, Kind.UNMAPPED, file, "line " + number + " is no setting");
                    continue;
                }
                // The last file wins, as with sysctl itself.
                settings.put(
                        line.substring(0, equals).strip().replaceFirst("^-", ""),
                        Setting.text(line.substring(equals + 1).strip()));
            }
        }
        if (!settings.isEmpty()) {
            into.set(Scope.KERNEL, "/etc/sysctl.d", new Setting.Names(settings), "system", "debian", "sysctl");
        }
    }

    /** In the order in which they are read. A link stands for a file that another place speaks of. */
    private static List<String> files(DebianSystem system, String first, String folder) {
        List<String> files = new ArrayList<>();
        for (String name : system.files().list(folder)) {
            String path = folder + "/" + name;
            if (name.endsWith(".conf") && system.files().link(path).isEmpty()) {
                files.add(path);
            }
        }
        files.add(first);
        return files;
    }

    private static List<String> words(String text) {
        return text.isBlank() ? List.of() : List.of(text.strip().split("\\s+"));
    }
}
