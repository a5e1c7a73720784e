package org.sourceos.launcher.machine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What a machine's QEMU takes of the host.
 *
 * @param pssKib its memory, with its share of what it shares with others ({@code Pss} of proc_pid_smaps_rollup(5))
 * @param privateKib what ending it would give back
 * @param copyKib what it would take if it had nothing in common with others ({@code Rss})
 * @param cpu since it was started
 */
public record MachineUsage(long pssKib, long privateKib, long copyKib, Duration cpu) {
    /** USER_HZ, which Linux shows to programs whatever its own clock is. */
    private static final int TICKS_PER_SECOND = 100;

    private static final int USER_TIME = 11;

    /** What is shared with others, in full: what they would have to bring along if this one had gone. */
    public long sharedKib() {
        return Math.max(0, copyKib - privateKib);
    }

    /** All of them together. */
    public static MachineUsage total(List<MachineUsage> machines) {
        return new MachineUsage(
                machines.stream().mapToLong(MachineUsage::pssKib).sum(),
                machines.stream().mapToLong(MachineUsage::privateKib).sum(),
                machines.stream().mapToLong(MachineUsage::copyKib).sum(),
                machines.stream().map(MachineUsage::cpu).reduce(Duration.ZERO, Duration::plus));
    }

    static Optional<MachineUsage> of(long pid) {
        Path folder = Path.of("/proc", Long.toString(pid));
        try {
            String stat = Files.readString(folder.resolve("stat"));
            String[] fields = stat.substring(stat.lastIndexOf(')') + 1).trim().split(" ", -1);
            long ticks = Long.parseLong(fields[USER_TIME]) + Long.parseLong(fields[USER_TIME + 1]);
            long pss = 0;
            long own = 0;
            long copy = 0;
            for (String line : Files.readAllLines(folder.resolve("smaps_rollup"))) {
                if (line.startsWith("Pss:")) {
                    pss = kib(line);
                } else if (line.startsWith("Rss:")) {
                    copy = kib(line);
                } else if (line.startsWith("Private_")) {
                    own += kib(line);
                }
            }
            return Optional.of(new MachineUsage(pss, own, copy, Duration.ofMillis(ticks * 1000 / TICKS_PER_SECOND)));
        } catch (IOException | NumberFormatException | ArrayIndexOutOfBoundsException e) {
            // It ended while we looked.
            return Optional.empty();
        }
    }

    private static long kib(String line) {
        return Long.parseLong(line.replaceAll("[^0-9]", ""));
    }
}
