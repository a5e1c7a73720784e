package org.sourceos.rebuild.boot;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One kernel in a boot loader's menu: a type #1 entry of the Boot Loader Specification (UAPI.1).
 *
 * @param generation the generation that it was made for
 * @param title for people
 * @param version the kernel's release
 * @param linux where the kernel is, from the root of the partition: {@code /sourceos/<key>/linux}
 * @param initrd where an initrd is, likewise
 * @param options the kernel's command line, a word each
 */
record BootEntry(
        int generation, String title, String version, String linux, Optional<String> initrd, List<String> options) {
    private static final String SORT_KEY = "sourceos";

    BootEntry {
        options = List.copyOf(options);
    }

    /** What the file is called; also what {@code default} in {@code loader.conf} names. */
    String fileName() {
        return fileName(generation);
    }

    static String fileName(int generation) {
        return "sourceos-" + generation + ".conf";
    }

    String text() {
        List<String> lines = new ArrayList<>();
        lines.add("# Made by sourceos-rebuild boot.");
        lines.add("title " + oneLine(title));
        // Sorted by the key, then by the version, newest first: the generation decides between two of one kernel.
        lines.add("version " + version + "-g" + generation);
        lines.add("sort-key " + SORT_KEY);
        lines.add("linux " + linux);
        initrd.ifPresent(path -> lines.add("initrd " + path));
        lines.add("options " + oneLine(String.join(" ", options)));
        return String.join("\n", lines) + "\n";
    }

    private static String oneLine(String text) {
        return text.replaceAll("\\s+", " ").strip();
    }

    /** The keys of an entry and their values, as a boot loader reads them: of {@code options} and {@code initrd}, all. */
    static Map<String, String> parse(String text) {
        Map<String, String> values = new LinkedHashMap<>();
        for (String line : text.split("\n", -1)) {
            String stripped = line.strip();
            if (!stripped.isEmpty() && !stripped.startsWith("#")) {
                String[] words = stripped.split("\\s+", 2);
                values.merge(words[0], words.length > 1 ? words[1] : "", (a, b) -> a + " " + b);
            }
        }
        return values;
    }
}
