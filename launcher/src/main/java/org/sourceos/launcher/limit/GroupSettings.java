package org.sourceos.launcher.limit;

import java.util.ArrayList;
import java.util.List;

/** Limits as a control group's files have them: a pure function. */
final class GroupSettings {
    private static final long MIB = 1L << 20;
    /** Of {@code cpu.max}, in microseconds: the kernel's own. */
    private static final int PERIOD = 100_000;

    private GroupSettings() {}

    /** @param name the limit's, for messages */
    record Setting(String name, String controller, String file, String value) {}

    /** @param devices of the machine's disks, {@code MAJOR:MINOR} */
    static List<Setting> of(Limits limits, List<String> devices) {
        List<Setting> settings = new ArrayList<>();
        limits.number(Limits.MEMORY_HIGH)
                .ifPresent(mib -> settings.add(
                        new Setting(Limits.MEMORY_HIGH, "memory", "memory.high", Long.toString(mib * MIB))));
        limits.number(Limits.MEMORY_MAX).ifPresent(mib -> {
            settings.add(new Setting(Limits.MEMORY_MAX, "memory", "memory.max", Long.toString(mib * MIB)));
            // Not half a machine: what would be killed in it is QEMU anyway.
            settings.add(new Setting(Limits.MEMORY_MAX, "memory", "memory.oom.group", "1"));
        });
        limits.number(Limits.CPU_WEIGHT)
                .ifPresent(weight ->
                        settings.add(new Setting(Limits.CPU_WEIGHT, "cpu", "cpu.weight", Integer.toString(weight))));
        limits.number(Limits.CPU_QUOTA)
                .ifPresent(percent -> settings.add(
                        new Setting(Limits.CPU_QUOTA, "cpu", "cpu.max", (long) percent * PERIOD / 100 + " " + PERIOD)));
        limits.number(Limits.PIDS)
                .ifPresent(most -> settings.add(new Setting(Limits.PIDS, "pids", "pids.max", Integer.toString(most))));
        limits.number(Limits.IO_WEIGHT)
                .ifPresent(
                        weight -> settings.add(new Setting(Limits.IO_WEIGHT, "io", "io.weight", "default " + weight)));
        for (String device : devices) {
            limits.number(Limits.IO_READ)
                    .ifPresent(mib ->
                            settings.add(new Setting(Limits.IO_READ, "io", "io.max", device + " rbps=" + mib * MIB)));
            limits.number(Limits.IO_WRITE)
                    .ifPresent(mib ->
                            settings.add(new Setting(Limits.IO_WRITE, "io", "io.max", device + " wbps=" + mib * MIB)));
        }
        return settings;
    }
}
