package org.sourceos.launcher.qemu;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The frequency of the host's time stamp counter, which a translated guest reads as its own. Linux tells it in one place
 * only: {@code bogomips} of a processor with {@code constant_tsc} is twice the counter's MHz, to two decimals.
 */
public final class TscFrequency {
    private static final BigDecimal KHZ_PER_BOGOMIPS = BigDecimal.valueOf(500);
    private static final long LEAST = 100_000;
    private static final long MOST = 20_000_000;

    private TscFrequency() {}

    /** In kHz; 0 when this host does not tell, and then the guest measures it. */
    public static long ofHost() {
        try {
            return parse(Files.readString(Path.of("/proc/cpuinfo")));
        } catch (IOException e) {
            return 0;
        }
    }

    static long parse(String cpuinfo) {
        boolean constant = false;
        long khz = 0;
        for (String line : cpuinfo.lines().toList()) {
            int colon = line.indexOf(':');
            String name = colon < 0 ? "" : line.substring(0, colon).strip();
            if (name.equals("flags")) {
                constant = (line + " ").contains(" constant_tsc ");
            } else if (name.equals("bogomips") && khz == 0) {
                khz = khz(line.substring(colon + 1).strip());
            }
        }
        return constant && khz >= LEAST && khz <= MOST ? khz : 0;
    }

    private static long khz(String bogomips) {
        try {
            return bogomips.length() > 20
                    ? 0
                    : new BigDecimal(bogomips).multiply(KHZ_PER_BOGOMIPS).longValue();
        } catch (NumberFormatException e) {
            return 0;
        }
    }
}
