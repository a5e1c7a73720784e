package org.sourceos.cli;

import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.sourceos.launcher.limit.Limits;
import picocli.CommandLine.Option;

/** What of {@code run} is about the machine's share of the host; names as docker and podman have them where they do. */
final class LimitOptions {
    @Option(
            names = "--memory-max",
            paramLabel = "SIZE",
            description = "of the host's memory, QEMU included; then it ends")
    private @Nullable String memoryMax;

    @Option(names = "--memory-high", paramLabel = "SIZE", description = "of the host's memory; then it is slowed down")
    private @Nullable String memoryHigh;

    @Option(names = "--cpu-weight", paramLabel = "N", description = "against other machines, 1 to 10000 (default: 100)")
    private @Nullable Integer cpuWeight;

    @Option(names = "--cpu-quota", paramLabel = "PERCENT", description = "of one processor at most: 50%%, 150%%")
    private @Nullable String cpuQuota;

    @Option(names = "--pids-limit", paramLabel = "N", description = "threads and processes of QEMU on the host at most")
    private @Nullable Integer pids;

    @Option(names = "--io-weight", paramLabel = "N", description = "of the disks, 1 to 10000 (default: 100)")
    private @Nullable Integer ioWeight;

    @Option(names = "--io-read", paramLabel = "SIZE", description = "from the disks in a second at most")
    private @Nullable String ioRead;

    @Option(names = "--io-write", paramLabel = "SIZE", description = "to the disks in a second at most")
    private @Nullable String ioWrite;

    @Option(
            names = "--cpuset-cpus",
            paramLabel = "LIST",
            description = "processors of the host for the machine's, in turn: 0,4-7")
    private @Nullable String pinning;

    @Option(names = "--hugepages", description = "memory of reserved pages of 2 MiB")
    private boolean hugepages;

    @Option(
            names = "--trust-domain",
            paramLabel = "NAME",
            description = "merge equal pages with other machines of that domain (as root)")
    private @Nullable String trustDomain;

    @Option(names = "--limits-required", description = "do not start where the host cannot keep the limits")
    private boolean required;

    /** By the names of {@link Limits}. */
    SortedMap<String, String> limits() throws UsageException {
        SortedMap<String, String> said = new TreeMap<>();
        size("--memory-max", memoryMax, Limits.MEMORY_MAX, said);
        size("--memory-high", memoryHigh, Limits.MEMORY_HIGH, said);
        size("--io-read", ioRead, Limits.IO_READ, said);
        size("--io-write", ioWrite, Limits.IO_WRITE, said);
        put(Limits.CPU_WEIGHT, cpuWeight, said);
        put(Limits.PIDS, pids, said);
        put(Limits.IO_WEIGHT, ioWeight, said);
        put(Limits.CPU_QUOTA, cpuQuota == null ? null : cpuQuota.replaceFirst("%$", ""), said);
        put(Limits.CPU_PINNING, pinning, said);
        put(Limits.TRUST_DOMAIN, trustDomain, said);
        put(Limits.HUGEPAGES, hugepages ? Boolean.TRUE : null, said);
        put(Limits.REQUIRED, required ? Boolean.TRUE : null, said);
        return said;
    }

    private static void size(String option, @Nullable String text, String name, SortedMap<String, String> said)
            throws UsageException {
        if (text != null) {
            said.put(name, Integer.toString(mebibytes(option, text)));
        }
    }

    private static void put(String name, @Nullable Object value, SortedMap<String, String> said) {
        if (value != null) {
            said.put(name, value.toString());
        }
    }

    /** {@code 256M}, {@code 2G}, or a number of MiB. */
    static int mebibytes(String option, String text) throws UsageException {
        int mib;
        try {
            String number = text.toUpperCase(Locale.ROOT).replaceAll("I?B?$", "");
            mib = number.endsWith("G")
                    ? Math.multiplyExact(Integer.parseInt(number.replace("G", "")), 1024)
                    : Integer.parseInt(number.replaceAll("M$", ""));
        } catch (NumberFormatException | ArithmeticException e) {
            throw new UsageException(option + " " + text + ": not a size; write for instance 256M or 2G");
        }
        if (mib < 1) {
            throw new UsageException(option + " must be at least 1, not " + mib);
        }
        return mib;
    }
}
