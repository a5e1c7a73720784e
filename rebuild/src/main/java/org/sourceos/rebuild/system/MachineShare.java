package org.sourceos.rebuild.system;

import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.sourceos.config.options.ConfigValue;
import org.sourceos.rebuild.plan.KernelWish;

/** What a configuration says of a machine's share of the host, and of its kernel. */
final class MachineShare {
    private static final List<String> SIZES = List.of("memory_max", "memory_high", "io_read", "io_write");

    private MachineShare() {}

    /** By the names that images and command lines use. */
    static SortedMap<String, String> of(ConfigValue.Fields machine, boolean merged) {
        SortedMap<String, String> share = new TreeMap<>();
        machine.in("limits").values().forEach((name, value) -> put(share, name, value));
        if (machine.values().get("cpu_pinning") instanceof ConfigValue.Elements list
                && !list.values().isEmpty()) {
            share.put(
                    "cpu_pinning",
                    list.values().stream()
                            .filter(ConfigValue.Whole.class::isInstance)
                            .map(value -> Long.toString(((ConfigValue.Whole) value).value()))
                            .collect(Collectors.joining(",")));
        }
        put(share, "hugepages", machine.values().get("hugepages"));
        if (merged) {
            put(share, "trust_domain", machine.values().get("trust_domain"));
        }
        return share;
    }

    private static void put(SortedMap<String, String> share, String name, @Nullable ConfigValue value) {
        if (SIZES.contains(name)) {
            WantedMachine.size(value).ifPresent(mib -> share.put(name, Integer.toString(mib)));
        } else if (value instanceof ConfigValue.Whole number) {
            share.put(name, Long.toString(number.value()));
        } else if (value instanceof ConfigValue.Text text) {
            share.put(name, text.value());
        } else if (value instanceof ConfigValue.Flag flag && flag.value()) {
            share.put(name, "true");
        }
    }

    /** Of a machine's kernel; the computer's own heeds these. */
    static List<String> withoutEffect(@Nullable ConfigValue kernel) {
        return SystemKernel.settings(kernel).stream()
                .flatMap(settings -> settings.values().entrySet().stream())
                .filter(entry -> entry.getKey().equals("version")
                        || entry.getKey().equals("patches") && !entry.getValue().equals(SystemKernel.NOTHING))
                .map(entry -> "kernel." + entry.getKey())
                .toList();
    }

    static KernelWish kernel(@Nullable ConfigValue value) {
        Optional<ConfigValue.Fields> settings = SystemKernel.settings(value);
        if (settings.isEmpty()) {
            return KernelWish.NONE;
        }
        return new KernelWish(new TreeSet<>(settings.get().texts("features")), SystemKernel.variant(settings.get()));
    }
}
