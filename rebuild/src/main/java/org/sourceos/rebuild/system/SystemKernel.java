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
        ConfigValue.Fields system = configuration.in("system");
        Optional<ConfigValue.Fields> settings = settings(system.values().get("kernel"));
        if (settings.isEmpty()) {
            return Optional.empty();
        }
        ConfigValue.Fields boot = system.in("boot");
        return Optional.of(new SystemKernel(
                request(settings.get(), folder),
                boot.text("root").map(Path::of),
                boot.text("initrd").map(Path::of),
                boot.values().containsKey("parameters") ? Optional.of(boot.texts("parameters")) : Optional.empty()));
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
        SortedSet<String> features = new TreeSet<>(settings.texts("features"));
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
        return new KernelRequest(settings.text("version"), features, Optional.of(PLATFORM), options, patches);
    }

    /** What is said of its ways, as {@link KernelVariant} takes it. */
    static SortedMap<String, String> variant(ConfigValue.Fields settings) {
        SortedMap<String, String> variant = new TreeMap<>();
        settings.text("preempt").ifPresent(preempt -> variant.put("preempt", preempt));
        settings.whole("timer_hz").ifPresent(ticks -> variant.put("timer_hz", Long.toString(ticks)));
        if (settings.values().get("no_debug") instanceof ConfigValue.Flag flag) {
            variant.put("no_debug", Boolean.toString(flag.value()));
        }
        return variant;
    }
}
