package org.sourceos.importer.scope;

import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.sourceos.importer.Scope;
import org.sourceos.importer.result.Findings;
import org.sourceos.importer.result.Note.Kind;
import org.sourceos.importer.result.Setting;

/** Language, time zone, keyboard, and the computer's name. */
public final class LocaleReader implements ScopeReader {
    private static final String LOCALE = "C|POSIX|[A-Za-z]+(_[A-Za-z]+)?(\\.[A-Za-z0-9-]+)?(@[a-z]+)?";

    @Override
    public boolean claims(String path) {
        return path.matches(
                "/etc/(default/(locale|keyboard|console-setup)|locale\\.(conf|gen)|timezone|localtime|hostname)");
    }

    @Override
    public void read(DebianSystem system, Findings into) {
        SortedMap<String, Setting> further = new TreeMap<>();
        String file = system.files().isFile("/etc/default/locale") ? "/etc/default/locale" : "/etc/locale.conf";
        variables(system, file).forEach((name, value) -> {
            if (name.equals("LANG") && value.matches(LOCALE)) {
                into.set(Scope.LOCALE, file, Setting.text(value), "system", "locale");
            } else {
                further.put(name, Setting.text(value));
            }
        });
        put(into, file, further, "locale_settings");
        List<String> generated = system.files().lines("/etc/locale.gen").stream()
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                .sorted()
                .distinct()
                .toList();
        if (!generated.isEmpty()) {
            into.set(Scope.LOCALE, "/etc/locale.gen", Setting.texts(generated), "system", "debian", "locales");
        }
        SortedMap<String, Setting> keyboard = new TreeMap<>();
        variables(system, "/etc/default/keyboard").forEach((name, value) -> {
            if (!value.isEmpty()) {
                keyboard.put(name, Setting.text(value));
            }
        });
        put(into, "/etc/default/keyboard", keyboard, "keyboard");
        timeZone(system, into);
        hostname(system, into);
    }

    private static void put(Findings into, String file, SortedMap<String, Setting> values, String option) {
        if (!values.isEmpty()) {
            into.set(Scope.LOCALE, file, new Setting.Names(values), "system", "debian", option);
        }
    }

    private static void timeZone(DebianSystem system, Findings into) {
        // What counts is the link; the other file is what Debian's tools remember.
        Optional<String> zone = system.files()
                .link("/etc/localtime")
                .map(target -> target.replaceFirst("^.*/zoneinfo/", ""))
                .filter(name -> !name.contains("/zoneinfo"));
        String name = zone.orElseGet(() -> system.files().text("/etc/timezone").strip());
        if (name.matches("[A-Za-z0-9_+-]+(/[A-Za-z0-9_+-]+)*")) {
            into.set(Scope.LOCALE, "/etc/localtime", Setting.text(name), "system", "timezone");
        } else if (!name.isEmpty()) {
            into.note(Scope.LOCALE, Kind.UNMAPPED, "/etc/localtime", "names no entry of the time zone database");
        }
    }

    private static void hostname(DebianSystem system, Findings into) {
        String name = system.files().text("/etc/hostname").strip();
        String first = name.replaceFirst("\\..*", "");
        if (first.matches("[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?")) {
            into.set(Scope.LOCALE, "/etc/hostname", Setting.text(first), "system", "hostname");
            if (!first.equals(name)) {
                system.keep(into, Scope.LOCALE, "/etc/hostname", "the name with its domain");
            }
        } else if (!name.isEmpty()) {
            into.note(Scope.LOCALE, Kind.UNMAPPED, "/etc/hostname", "is no host name");
        }
    }

    /** Assignments as a shell reads them, without expansion. */
    static SortedMap<String, String> variables(DebianSystem system, String file) {
        SortedMap<String, String> all = new TreeMap<>();
        for (String line : system.files().lines(file)) {
            String assignment = line.strip().replaceFirst("^export\\s+", "");
            int equals = assignment.indexOf('=');
            if (equals > 0 && assignment.substring(0, equals).matches("[A-Za-z_][A-Za-z0-9_]*")) {
                all.put(
                        assignment.substring(0, equals),
                        assignment.substring(equals + 1).strip().replaceAll("^[\"']|[\"']$", ""));
            }
        }
        return all;
    }
}
