package org.sourceos.launcher.limit;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;
import org.sourceos.launcher.LaunchException;

/**
 * What is said of a machine's share of the host, by names that recipes, configurations and command lines have in common. Each
 * name says something only where it is there. None of it is part of the machine's shape, {@link #HUGEPAGES} excepted, which
 * {@link org.sourceos.launcher.VmSpecs} reads.
 *
 * @param values by name; sizes in MiB, {@code cpu_quota} in percent of one processor, all checked
 */
public record Limits(SortedMap<String, String> values) {
    public static final String MEMORY_MAX = "memory_max";
    public static final String MEMORY_HIGH = "memory_high";
    public static final String CPU_WEIGHT = "cpu_weight";
    public static final String CPU_QUOTA = "cpu_quota";
    public static final String PIDS = "pids";
    public static final String IO_WEIGHT = "io_weight";
    public static final String IO_READ = "io_read";
    public static final String IO_WRITE = "io_write";
    public static final String REQUIRED = "required";
    public static final String CPU_PINNING = "cpu_pinning";
    public static final String HUGEPAGES = "hugepages";
    public static final String TRUST_DOMAIN = "trust_domain";

    /** The kernel's, of {@code cpu.weight} and {@code io.weight}. */
    private static final int MOST_WEIGHT = 10_000;

    private static final int MOST_MIB = 1 << 30;

    public static final Limits NONE = new Limits(new TreeMap<>());

    public Limits {
        values = Collections.unmodifiableSortedMap(new TreeMap<>(values));
    }

    /** Checked; what an image, a configuration or a command line says. */
    public static Limits of(SortedMap<String, String> values) throws LaunchException {
        for (var entry : values.entrySet()) {
            check(entry.getKey(), entry.getValue());
        }
        return new Limits(values);
    }

    private static void check(String name, String value) throws LaunchException {
        switch (name) {
            case MEMORY_MAX, MEMORY_HIGH, IO_READ, IO_WRITE -> number(name, value, MOST_MIB);
            case CPU_WEIGHT, IO_WEIGHT -> number(name, value, MOST_WEIGHT);
            case CPU_QUOTA, PIDS -> number(name, value, 1_000_000);
            case REQUIRED, HUGEPAGES -> {
                if (!value.equals("true") && !value.equals("false")) {
                    throw new LaunchException("the limit " + name + " is true or false, not " + value);
                }
            }
            case CPU_PINNING -> ProcessorList.parse(value);
            case TRUST_DOMAIN -> {
                if (!value.matches("[A-Za-z0-9][A-Za-z0-9_.-]{0,62}")) {
                    throw new LaunchException("a trust domain has at most 63 letters, digits, dots, hyphens and"
                            + " underscores and begins with a letter or digit; \"" + value + "\" does not");
                }
            }
            default ->
                throw new LaunchException("there is no limit called " + name
                        + "; the image may be of a newer version of SourceOS: build it again");
        }
    }

    private static void number(String name, String value, int most) throws LaunchException {
        try {
            int number = Integer.parseInt(value);
            if (number >= 1 && number <= most) {
                return;
            }
        } catch (NumberFormatException e) {
            // Said below.
        }
        throw new LaunchException("the limit " + name + " is a number from 1 to " + most + ", not " + value);
    }

    /** These, with what {@code others} say where these are silent. */
    public Limits over(Limits others) {
        SortedMap<String, String> all = new TreeMap<>(others.values);
        all.putAll(values);
        return new Limits(all);
    }

    OptionalInt number(String name) {
        String value = values.get(name);
        return value == null ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(value));
    }

    public boolean flag(String name) {
        return Boolean.parseBoolean(values.getOrDefault(name, "false"));
    }

    /** The host's processors that are the machine's, in order; empty for all of them. */
    List<Integer> pinning() {
        String list = values.get(CPU_PINNING);
        try {
            return list == null ? List.of() : ProcessorList.parse(list);
        } catch (LaunchException e) {
            throw new IllegalStateException(e);
        }
    }

    Optional<String> trustDomain() {
        return Optional.ofNullable(values.get(TRUST_DOMAIN));
    }
}
