package org.sourceos.rebuild.system;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.sourceos.config.options.ConfigValue;
import org.sourceos.rebuild.plan.KernelRequest;
import org.sourceos.rebuild.plan.KernelVariant;

/**
 * What a configuration says of the kernel that the computer itself runs ({@code system.kernel}) and of how it is started
 * ({@code system.boot}).
 *
 * @param initrd a file of the computer
 * @param parameters of the command line; empty where nothing is said
 */
public record SystemKernel(
        KernelRequest kernel, Optional<Path> bootRoot, Optional<Path> initrd, Optional<List<String>> parameters) {
    /** The fragment of the catalogue for a computer with firmware, disks, a keyboard and a screen. */
    private static final String PLATFORM = "HOST";

    static final ConfigValue NOTHING = new ConfigValue.Elements(List.of());

    /**
     * Empty where the configuration says nothing of a kernel.
     *
     * @param folder of the configuration, which its paths are relative to
     */
    public static Optional<SystemKernel> of(ConfigValue.Fields configuration, Path folder) {
        Optional<ConfigValue.Fields> system = fields(configuration, "system");
        Optional<ConfigValue.Fields> settings =
                system.flatMap(s -> settings(s.values().get("kernel")));
        if (settings.isEmpty()) {
            return Optional.empty();
        }
        Optional<ConfigValue.Fields> boot = system.flatMap(s -> fields(s, "boot"));
        return Optional.of(new SystemKernel(
                request(settings.get(), folder),
                boot.flatMap(b -> text(b, "root")).map(Path::of),
                boot.flatMap(b -> text(b, "initrd")).map(Path::of),
                boot.filter(b -> b.values().containsKey("parameters")).map(b -> texts(b, "parameters"))));
    }

    /** A set in which something is said (empty lists are the defaults), or the package {@code kernel}. */
    static Optional<ConfigValue.Fields> settings(@org.jspecify.annotations.Nullable ConfigValue value) {
        if (value instanceof ConfigValue.Package packaged) {
            return Optional.of(packaged.settings());
        }
        return value instanceof ConfigValue.Fields fields
                        && fields.values().values().stream().anyMatch(setting -> !setting.equals(NOTHING))
                ? Optional.of(fields)
                : Optional.empty();
    }

    private static KernelRequest request(ConfigValue.Fields settings, Path folder) {
        SortedMap<String, String> options = KernelVariant.options(variant(settings));
        SortedSet<String> features = new TreeSet<>(texts(settings, "features"));
        // What the platform brings need not be asked for, and is not asked for twice.
        features.remove(PLATFORM);
        List<Path> patches = new ArrayList<>();
        if (settings.values().get("patches") instanceof ConfigValue.Elements list) {
            for (ConfigValue patch : list.values()) {
                if (patch instanceof ConfigValue.FilePath file) {
                    patches.add(folder.resolve(file.path()).normalize());
                }
            }
        }
        return new KernelRequest(text(settings, "version"), features, Optional.of(PLATFORM), options, patches);
    }

    /** What is said of its ways, as {@link KernelVariant} takes it. */
    static SortedMap<String, String> variant(ConfigValue.Fields settings) {
        SortedMap<String, String> variant = new TreeMap<>();
        text(settings, "preempt").ifPresent(preempt -> variant.put("preempt", preempt));
        if (settings.values().get("timer_hz") instanceof ConfigValue.Whole ticks) {
            variant.put("timer_hz", Long.toString(ticks.value()));
        }
        if (settings.values().get("no_debug") instanceof ConfigValue.Flag flag) {
            variant.put("no_debug", Boolean.toString(flag.value()));
        }
        return variant;
    }

    private static Optional<ConfigValue.Fields> fields(ConfigValue.Fields from, String name) {
        return from.values().get(name) instanceof ConfigValue.Fields fields ? Optional.of(fields) : Optional.empty();
    }

    private static Optional<String> text(ConfigValue.Fields from, String name) {
        return from.values().get(name) instanceof ConfigValue.Text text ? Optional.of(text.value()) : Optional.empty();
    }

    static List<String> texts(ConfigValue.Fields from, String name) {
        return from.values().get(name) instanceof ConfigValue.Elements list
                ? list.values().stream()
                        .filter(ConfigValue.Text.class::isInstance)
                        .map(value -> ((ConfigValue.Text) value).value())
                        .toList()
                : List.of();
    }
}
