package org.sourceos.config.recipe;

import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.sourceos.config.toml.CheckedTable;

/** Reads {@code [limits]} and {@code [kernel]}: what is said, and nothing for what is not. */
final class LimitsReader {
    private static final int MOST_MIB = 1024 * 1024;
    private static final int MOST_WEIGHT = 10_000;
    private static final int MOST = 1_000_000;
    private static final List<Integer> TICKS = List.of(100, 250, 300, 1000);

    private final RecipeReader reader;

    LimitsReader(RecipeReader reader) {
        this.reader = reader;
    }

    SortedMap<String, String> limits(Optional<CheckedTable> found) {
        SortedMap<String, String> said = new TreeMap<>();
        found.ifPresent(table -> {
            for (String key : List.of("memory_max", "memory_high", "io_read", "io_write")) {
                number(table, key, MOST_MIB, said);
            }
            for (String key : List.of("cpu_weight", "io_weight")) {
                number(table, key, MOST_WEIGHT, said);
            }
            for (String key : List.of("cpu_quota", "pids")) {
                number(table, key, MOST, said);
            }
            reader.shapedText(table, "cpu_pinning", Shape.PROCESSORS).ifPresent(list -> said.put("cpu_pinning", list));
            flag(table, "required", said);
            flag(table, "hugepages", said);
        });
        return said;
    }

    SortedMap<String, String> kernel(Optional<CheckedTable> found) {
        SortedMap<String, String> said = new TreeMap<>();
        found.ifPresent(table -> {
            if (table.contains("preempt")) {
                said.put("preempt", reader.choice(table, "preempt", List.of("none", "voluntary", "full"), "none"));
            }
            if (table.contains("timer_hz")) {
                int ticks = table.number("timer_hz", 1, MOST, TICKS.get(0));
                if (TICKS.contains(ticks)) {
                    said.put("timer_hz", Integer.toString(ticks));
                } else {
                    reader.complaints()
                            .add(
                                    table.valuePosition("timer_hz"),
                                    table.label("timer_hz") + ": the kernel's clock cannot tick " + ticks
                                            + " times in a second",
                                    "write one of 100, 250, 300 and 1000");
                }
            }
            flag(table, "no_debug", said);
        });
        return said;
    }

    private static void number(CheckedTable table, String key, int most, SortedMap<String, String> said) {
        if (table.contains(key)) {
            said.put(key, Integer.toString(table.number(key, 1, most, 1)));
        }
    }

    private static void flag(CheckedTable table, String key, SortedMap<String, String> said) {
        if (table.contains(key)) {
            said.put(key, Boolean.toString(table.flag(key, false)));
        }
    }
}
