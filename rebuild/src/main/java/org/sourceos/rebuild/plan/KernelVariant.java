package org.sourceos.rebuild.plan;

import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Settings by which a kernel differs from the one its features make, as options of Kconfig. */
public final class KernelVariant {
    private static final List<String> PREEMPTION = List.of("NONE", "VOLUNTARY", "FULL");
    private static final List<String> TICKS = List.of("100", "250", "300", "1000");

    private KernelVariant() {}

    /**
     * @param settings {@code preempt} (none, voluntary, full), {@code timer_hz}, {@code no_debug}; others are passed over
     * @return by name with {@code CONFIG_}; {@code n} for "not set"
     */
    public static SortedMap<String, String> options(Map<String, String> settings) {
        SortedMap<String, String> options = new TreeMap<>();
        String preempt = settings.get("preempt");
        if (preempt != null) {
            for (String kind : PREEMPTION) {
                String option = kind.equals("FULL") ? "CONFIG_PREEMPT" : "CONFIG_PREEMPT_" + kind;
                options.put(option, kind.equalsIgnoreCase(preempt) ? "y" : "n");
            }
        }
        String ticks = settings.get("timer_hz");
        if (ticks != null) {
            TICKS.forEach(t -> options.put("CONFIG_HZ_" + t, t.equals(ticks) ? "y" : "n"));
        }
        if (Boolean.parseBoolean(settings.getOrDefault("no_debug", "false"))) {
            options.put("CONFIG_DEBUG_INFO_NONE", "y");
            options.put("CONFIG_DEBUG_MISC", "n");
            options.put("CONFIG_SCHED_DEBUG", "n");
        }
        return options;
    }
}
