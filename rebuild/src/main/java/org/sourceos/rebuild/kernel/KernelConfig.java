package org.sourceos.rebuild.kernel;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/**
 * A {@code .config} as Kconfig writes it: {@code CONFIG_X=value} and {@code # CONFIG_X is not set}. An option it does not
 * name is one that cannot be asked for as things are, and counts as not set.
 */
final class KernelConfig {
    private static final String NOT_SET = "n";
    private static final String UNSET_PREFIX = "# ";
    private static final String UNSET_SUFFIX = " is not set";

    private final List<String> lines;
    private final Map<String, String> values = new HashMap<>();

    private KernelConfig(List<String> lines) {
        this.lines = lines;
        lines.forEach(line -> {
            String option = option(line);
            if (!option.isEmpty()) {
                values.put(option, line.startsWith(UNSET_PREFIX) ? NOT_SET : line.substring(option.length() + 1));
            }
        });
    }

    /** An option that was asked for and is something else; {@code actual} is {@code n} for one that is not there at all. */
    record Mismatch(String option, String requested, String actual) {}

    static KernelConfig parse(String text) {
        return new KernelConfig(text.lines().toList());
    }

    /** The option that a line sets or unsets; empty for other lines. */
    private static String option(String line) {
        String name = "";
        if (line.startsWith("CONFIG_") && line.indexOf('=') > 0) {
            name = line.substring(0, line.indexOf('='));
        } else if (line.startsWith(UNSET_PREFIX + "CONFIG_") && line.endsWith(UNSET_SUFFIX)) {
            name = line.substring(UNSET_PREFIX.length(), line.length() - UNSET_SUFFIX.length());
        }
        return name.matches("CONFIG_[A-Za-z0-9_]+") ? name : "";
    }

    /** The text of this configuration with the options set to those values, for {@code make olddefconfig}. */
    String with(SortedMap<String, String> options) {
        StringBuilder text = new StringBuilder();
        for (String line : lines) {
            if (!options.containsKey(option(line))) {
                text.append(line).append('\n');
            }
        }
        options.forEach((option, value) -> {
            if (value.equals(NOT_SET)) {
                text.append(UNSET_PREFIX).append(option).append(UNSET_SUFFIX);
            } else {
                text.append(option).append('=').append(value);
            }
            text.append('\n');
        });
        return text.toString();
    }

    List<Mismatch> mismatches(SortedMap<String, String> requested) {
        List<Mismatch> mismatches = new ArrayList<>();
        requested.forEach((option, value) -> {
            String actual = values.getOrDefault(option, NOT_SET);
            if (!actual.equals(value)) {
                mismatches.add(new Mismatch(option, value, actual));
            }
        });
        return mismatches;
    }
}
