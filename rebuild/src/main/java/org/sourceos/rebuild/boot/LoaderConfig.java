package org.sourceos.rebuild.boot;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The text of systemd-boot's {@code loader.conf}: its {@code default} is ours to set, everything else the user's. */
final class LoaderConfig {
    private static final String DEFAULT = "default";

    private LoaderConfig() {}

    /** The pattern of the entry that is started by itself. */
    static Optional<String> defaultEntry(String text) {
        return text.lines()
                .filter(LoaderConfig::isDefault)
                .map(line -> line.strip().substring(DEFAULT.length()).strip())
                .findFirst();
    }

    static String withDefault(String text, String entry) {
        List<String> lines = new ArrayList<>();
        boolean set = false;
        for (String line : text.lines().toList()) {
            if (!isDefault(line)) {
                lines.add(line);
            } else if (!set) {
                lines.add(DEFAULT + " " + entry);
                set = true;
            }
        }
        if (!set) {
            lines.add(DEFAULT + " " + entry);
        }
        return String.join("\n", lines) + "\n";
    }

    private static boolean isDefault(String line) {
        return line.strip().matches(DEFAULT + "\\s.*");
    }
}
