package org.sourceos.importer.scope;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.sourceos.importer.Scope;
import org.sourceos.importer.result.Findings;
import org.sourceos.importer.result.Note.Kind;
import org.sourceos.importer.result.Setting;

/** The lines of {@code fstab(5)}. */
final class FileSystems {
    private static final String FILE = "/etc/fstab";

    private final DebianSystem system;
    private final Findings into;

    FileSystems(DebianSystem system, Findings into) {
        this.system = system;
        this.into = into;
    }

    void read() {
        int swaps = 0;
        int number = 0;
        for (String line : system.files().lines(FILE)) {
            number++;
            if (line.isBlank() || line.strip().startsWith("#")) {
                continue;
            }
            String[] fields = line.strip().split("\\s+");
            if (fields.length < 3) {
                into.note(Scope.CONFIG, Kind.UNMAPPED, FILE, "line " + number + " has less than three fields");
                continue;
            }
            SortedMap<String, Setting> options = new TreeMap<>();
            options.put("device", Setting.text(device(fields[0])));
            options.put("type", Setting.text(fields[2]));
            if (fields.length > 3) {
                options.put("options", Setting.texts(options(fields[1], fields[3])));
            }
            number(options, "dump", fields, 4);
            number(options, "pass", fields, 5);
            String name = fields[2].equals("swap") ? "swap" + (swaps++ == 0 ? "" : "-" + swaps) : fields[1];
            into.set(
                    Scope.CONFIG,
                    FILE + " (line " + number + ")",
                    new Setting.Names(options),
                    "system",
                    "debian",
                    "mounts",
                    name);
        }
    }

    /** {@code //user:password@server/share} has credentials that are no URL's. */
    private String device(String device) {
        int at = device.indexOf('@');
        if (device.startsWith("//") && at > 0) {
            into.secret(
                    Scope.CONFIG,
                    FILE,
                    device.substring(2, at),
                    "credentials of the file system " + device.substring(at + 1));
            return "//" + device.substring(at + 1);
        }
        return device;
    }

    private List<String> options(String place, String text) {
        List<String> options = new ArrayList<>();
        for (String option : text.split(",", -1)) {
            int equals = option.indexOf('=');
            String name = equals < 0 ? option : option.substring(0, equals);
            boolean path = equals >= 0 && option.startsWith("/", equals + 1);
            if (equals >= 0 && !path && ConfigReader.isSecret(name)) {
                into.secret(
                        Scope.CONFIG,
                        FILE,
                        option.substring(equals + 1),
                        "the option " + name + " of " + place + "; name a file with credentials= instead");
            } else if (!option.isBlank()) {
                options.add(option);
            }
        }
        return options;
    }

    private static void number(SortedMap<String, Setting> options, String name, String[] fields, int index) {
        if (fields.length > index && fields[index].matches("[1-9][0-9]{0,3}")) {
            options.put(name, new Setting.Whole(Long.parseLong(fields[index])));
        }
    }
}
