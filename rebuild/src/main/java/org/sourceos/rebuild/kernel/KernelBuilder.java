package org.sourceos.rebuild.kernel;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.sourceos.host.Cancellation;
import org.sourceos.rebuild.RebuildException;
import org.sourceos.rebuild.build.BuildInputs;
import org.sourceos.rebuild.build.StepBuilder;
import org.sourceos.rebuild.sandbox.SourceTree;
import org.sourceos.rebuild.sandbox.Workspace;

/**
 * Builds a kernel: {@code make tinyconfig}, the requested options over it, {@code make olddefconfig}, every request verified,
 * {@code make vmlinux}. The layer holds {@code vmlinux} (uncompressed, without symbols, booted through its PVH note),
 * {@code config} and, of a kernel that firmware can start ({@code CONFIG_EFI_STUB}), {@code bzImage}. The recipe's script, where it has one, runs before the configuration: it mends the source.
 */
public final class KernelBuilder implements StepBuilder {
    private static final Map<String, String> KBUILD = Map.of(
            "KBUILD_BUILD_TIMESTAMP", "Wed Jan  1 00:00:00 UTC 2020",
            "KBUILD_BUILD_USER", "build",
            "KBUILD_BUILD_HOST", "sourceos",
            "KBUILD_BUILD_VERSION", "1",
            "LOCALVERSION", "");

    private final SortedMap<String, String> options;
    private final String architecture;
    private final int processors;

    /**
     * @param options what must be set, by name with {@code CONFIG_}, {@code n} for "not set"
     * @param architecture as {@code uname -m} has it
     */
    public KernelBuilder(SortedMap<String, String> options, String architecture, int processors) {
        this.options = new TreeMap<>(options);
        this.architecture = kernelArchitecture(architecture);
        this.processors = processors;
    }

    /** The kernel's own word for a machine: the folder in {@code arch/}. */
    private static String kernelArchitecture(String machine) {
        return switch (machine) {
            case "x86_64", "amd64", "i686" -> "x86";
            case "aarch64" -> "arm64";
            case "riscv64" -> "riscv";
            default -> machine;
        };
    }

    @Override
    public String build(BuildInputs inputs, Workspace workspace, Cancellation cancellation)
            throws RebuildException, IOException {
        var recipe = inputs.of().spec().build();
        String folder = SourceTree.folder(workspace, recipe.directory());
        Map<String, String> environment = new TreeMap<>(KBUILD);
        environment.put("NPROC", Integer.toString(processors));
        environment.putAll(recipe.environment());
        if (!recipe.script().isBlank()) {
            workspace.run("the recipe's script", folder, environment, recipe.script());
        }
        Path source = workspace.source().resolve(recipe.directory().orElse("."));
        Path config = source.resolve(".config");
        make(workspace, folder, environment, "tinyconfig");
        Files.writeString(config, KernelConfig.parse(Files.readString(config)).with(options));
        make(workspace, folder, environment, "olddefconfig");
        verify(source, KernelConfig.parse(Files.readString(config)));
        make(workspace, folder, environment, "vmlinux");
        workspace.run(
                "removing symbols", folder, environment, List.of("strip", "-s", "-p", "-o", "/out/vmlinux", "vmlinux"));
        if (options.getOrDefault("CONFIG_EFI_STUB", "n").equals("y")) {
            make(workspace, folder, environment, "bzImage");
            workspace.run(
                    "keeping the bzImage",
                    folder,
                    environment,
                    List.of("cp", "arch/" + architecture + "/boot/bzImage", "/out/bzImage"));
        }
        Files.copy(config, workspace.out().resolve("config"), StandardCopyOption.REPLACE_EXISTING);
        return Files.readString(source.resolve("include/config/kernel.release")).strip();
    }

    private void make(Workspace workspace, String folder, Map<String, String> environment, String target)
            throws RebuildException, IOException {
        workspace.run("make " + target, folder, environment, List.of("make", "-j" + processors, target));
    }

    private void verify(Path source, KernelConfig config) throws RebuildException, IOException {
        List<KernelConfig.Mismatch> mismatches = config.mismatches(options);
        if (mismatches.isEmpty()) {
            return;
        }
        Map<String, List<KconfigFiles.Definition>> definitions = KconfigFiles.find(
                source,
                mismatches.stream().map(KernelConfig.Mismatch::option).collect(Collectors.toSet()),
                architecture);
        StringBuilder message = new StringBuilder("Kconfig did not take ")
                .append(mismatches.size() == 1 ? "an option" : mismatches.size() + " options")
                .append(" of the kernel's fragments:");
        for (KernelConfig.Mismatch mismatch : mismatches) {
            message.append("\n  ")
                    .append(mismatch.option())
                    .append(" was asked to be ")
                    .append(shown(mismatch.requested()));
            message.append(", and is ").append(shown(mismatch.actual()));
            List<KconfigFiles.Definition> found = definitions.getOrDefault(mismatch.option(), List.of());
            if (found.isEmpty()) {
                message.append("; no Kconfig of this source knows it");
            }
            for (KconfigFiles.Definition definition : found) {
                message.append("; ").append(definition.file()).append(": ").append(condition(definition));
            }
        }
        message.append("\nset what they depend on in the same fragment, or take them out");
        throw new RebuildException(RebuildException.Kind.BUILD_FAILED, message.toString());
    }

    private static String condition(KconfigFiles.Definition definition) {
        List<String> conditions = new ArrayList<>();
        if (!definition.dependsOn().isEmpty()) {
            conditions.add("depends on " + String.join(" && ", definition.dependsOn()));
        }
        if (!definition.promptedIf().isEmpty()) {
            conditions.add("has its default unless " + String.join(" || ", definition.promptedIf()));
        }
        return conditions.isEmpty()
                ? "depends on nothing of its own: another option selects it, or the menu around it is off"
                : String.join(", and ", conditions);
    }

    private static String shown(String value) {
        return value.equals("n") ? "not set" : value;
    }
}
