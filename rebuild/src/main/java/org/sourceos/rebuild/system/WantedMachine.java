package org.sourceos.rebuild.system;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.sourceos.config.TimeSpan;
import org.sourceos.config.options.ConfigValue;
import org.sourceos.gitstore.generation.MachineSettings;
import org.sourceos.rebuild.plan.KernelWish;

/**
 * What a configuration says of a machine.
 *
 * @param kernel what it wants of its kernel
 * @param withoutEffect options that are set and that this version does nothing with, sorted
 */
public record WantedMachine(MachineSettings settings, KernelWish kernel, List<String> withoutEffect) {
    private static final Set<String> HEEDED = Set.of(
            "package",
            "command",
            "environment",
            "autostart",
            "restart",
            "memory",
            "cpus",
            "network",
            "ports",
            "mounts",
            "secrets",
            "health",
            "limits",
            "cpu_pinning",
            "hugepages",
            "trust_domain",
            "kernel");

    /**
     * @param machine a value of the options of a machine, checked
     * @param merged whether {@code system.memory.dedup} lets machines of a trust domain share pages
     */
    static WantedMachine of(ConfigValue.Fields machine, boolean merged) {
        SortedMap<String, ConfigValue> values = machine.values();
        MachineSettings settings = new MachineSettings(
                machine.texts("command"),
                map(values.get("environment")),
                size(values.get("memory")),
                whole(values.get("cpus")),
                machine.text("network"),
                ports(values.get("ports")),
                map(values.get("mounts")),
                map(values.get("secrets")),
                values.get("autostart") instanceof ConfigValue.Flag flag && flag.value(),
                machine.text("restart").orElse("never"),
                health(values.get("health")),
                MachineShare.of(machine, merged));
        List<String> withoutEffect = new ArrayList<>(MachineShare.withoutEffect(values.get("kernel")));
        withoutEffect.addAll(values.entrySet().stream()
                .filter(entry -> !HEEDED.contains(entry.getKey()) && says(entry.getValue()))
                .map(entry -> entry.getKey())
                .toList());
        return new WantedMachine(
                settings,
                MachineShare.kernel(values.get("kernel")),
                withoutEffect.stream().sorted().toList());
    }

    /** Whether it is more than what an option has that nobody has set. */
    private static boolean says(ConfigValue value) {
        if (value instanceof ConfigValue.Fields fields) {
            return fields.values().values().stream().anyMatch(WantedMachine::says);
        } else if (value instanceof ConfigValue.Elements list) {
            return !list.values().isEmpty();
        } else if (value instanceof ConfigValue.Flag flag) {
            return flag.value();
        }
        return !(value instanceof ConfigValue.Null);
    }

    private static Optional<MachineSettings.Health> health(@Nullable ConfigValue value) {
        if (!(value instanceof ConfigValue.Fields fields)) {
            return Optional.empty();
        }
        OptionalInt port = whole(fields.values().get("port"));
        List<String> command = fields.texts("command");
        if (port.isEmpty() && command.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new MachineSettings.Health(
                port, command, duration(fields.text("timeout").orElse("30s"))));
    }

    /** Its form was checked with the configuration. */
    private static Duration duration(String text) {
        return TimeSpan.parse(text).orElseThrow(() -> new IllegalArgumentException("not a time: " + text));
    }

    /** In MiB: an integer, or a number with K, M, G or T; at least one. */
    static OptionalInt size(@Nullable ConfigValue value) {
        if (value instanceof ConfigValue.Whole number) {
            return OptionalInt.of((int) number.value());
        }
        if (!(value instanceof ConfigValue.Text size)) {
            return OptionalInt.empty();
        }
        String text = size.value();
        long number = Long.parseLong(text.substring(0, text.length() - 1));
        long mib = switch (text.charAt(text.length() - 1)) {
            case 'K' -> number / 1024;
            case 'G' -> number * 1024;
            case 'T' -> number * 1024 * 1024;
            default -> number;
        };
        return OptionalInt.of((int) Math.max(1, Math.min(mib, 1 << 30)));
    }

    /** A number alone is the same on both sides. */
    private static List<String> ports(@Nullable ConfigValue value) {
        List<String> ports = new ArrayList<>();
        if (value instanceof ConfigValue.Elements list) {
            for (ConfigValue port : list.values()) {
                if (port instanceof ConfigValue.Whole number) {
                    ports.add(number.value() + ":" + number.value());
                } else if (port instanceof ConfigValue.Text text) {
                    ports.add(text.value());
                }
            }
        }
        return ports;
    }

    private static Optional<String> text(@Nullable ConfigValue value) {
        return value instanceof ConfigValue.Text text ? Optional.of(text.value()) : Optional.empty();
    }

    private static OptionalInt whole(@Nullable ConfigValue value) {
        return value instanceof ConfigValue.Whole number ? OptionalInt.of((int) number.value()) : OptionalInt.empty();
    }

    private static SortedMap<String, String> map(@Nullable ConfigValue value) {
        SortedMap<String, String> map = new TreeMap<>();
        if (value instanceof ConfigValue.Fields fields) {
            fields.values().forEach((name, element) -> {
                if (element instanceof ConfigValue.FilePath path) {
                    map.put(name, path.path());
                } else {
                    text(element).ifPresent(text -> map.put(name, text));
                }
            });
        }
        return map;
    }
}
