package org.sourceos.cli.system;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.sourceos.cli.CommandContext;
import org.sourceos.gitstore.generation.Generation;
import org.sourceos.rebuild.RebuildException;
import org.sourceos.rebuild.boot.BootInstaller;
import org.sourceos.rebuild.boot.BootRoot;
import org.sourceos.rebuild.system.SystemKernel;

/** A system's own kernel put where this computer's firmware starts it, once it is built. */
final class BootInstallation {
    static final int USUAL_ENTRIES = 3;

    private static final Path COMMAND_LINE = Path.of("/proc/cmdline");

    private final CommandContext context;
    private final SystemKernel wanted;
    private final BootRoot root;
    private final Optional<Path> initrd;
    private final String running;

    private BootInstallation(
            CommandContext context, SystemKernel wanted, BootRoot root, Optional<Path> initrd, String running) {
        this.context = context;
        this.wanted = wanted;
        this.root = root;
        this.initrd = initrd;
        this.running = running;
    }

    /** What a configuration says of a kernel. */
    static SystemKernel wanted(EvaluatedSystem system) throws RebuildException {
        return SystemKernel.of(system.values(), system.source().folder())
                .orElseThrow(() -> new RebuildException(
                        RebuildException.Kind.UNUSABLE,
                        "the configuration says nothing of system.kernel, so there is no kernel to start the"
                                + " computer with; write for instance system.kernel = { preempt = \"full\"; };"));
    }

    /**
     * Looks whether everything is there, before minutes are spent on building.
     *
     * @param bootRoot instead of what the configuration says
     */
    static BootInstallation of(CommandContext context, SystemKernel wanted, Optional<Path> bootRoot)
            throws RebuildException {
        Optional<Path> initrd = wanted.initrd().map(context.directory()::resolve);
        BootRoot root = root(context, bootRoot.or(wanted::bootRoot));
        if (initrd.isPresent() && !Files.isReadable(initrd.get())) {
            throw new RebuildException(
                    RebuildException.Kind.UNUSABLE,
                    "system.boot.initrd names " + initrd.get() + ", which cannot be read");
        }
        return new BootInstallation(context, wanted, root, initrd, commandLine());
    }

    private static BootRoot root(CommandContext context, Optional<Path> said) throws RebuildException {
        if (said.isEmpty()) {
            return BootRoot.ofThisMachine();
        }
        Path place = context.directory().resolve(said.get()).normalize();
        if (!Files.isDirectory(place)) {
            throw new RebuildException(
                    RebuildException.Kind.UNUSABLE,
                    "the boot root " + place + " is no folder: mount the partition there first");
        }
        return BootRoot.of(place);
    }

    private static String commandLine() {
        try {
            return Files.readString(COMMAND_LINE).strip();
        } catch (IOException e) {
            return "";
        }
    }

    /**
     * Describes a kernel for {@link #install}; its file must be there until then.
     *
     * @param key abbreviated
     */
    BootInstaller.Kernel kernel(Generation generation, String version, String key, Path file) {
        return new BootInstaller.Kernel(
                generation.number(),
                "SourceOS, " + SystemSubcommand.named(generation),
                version,
                key,
                file,
                initrd,
                wanted.parameters().orElseGet(() -> inherited(running)));
    }

    BootInstaller.Result install(BootInstaller.Kernel kernel, int keep) throws RebuildException {
        BootInstaller.Result result =
                new BootInstaller(root).install(kernel, keep, BootInstaller.generationOf(running));
        result.left()
                .forEach(path -> context.err()
                        .println("sourceos: " + path + " was changed by somebody else, and so not removed"));
        return result;
    }

    /** What the running kernel was given, without what belongs to its own entry. */
    private static List<String> inherited(String running) {
        return List.of(running.split("\\s+")).stream()
                .filter(word -> !word.isEmpty())
                .filter(word -> !word.startsWith("BOOT_IMAGE=") && !word.startsWith("initrd="))
                .filter(word -> !word.startsWith(BootInstaller.GENERATION))
                .toList();
    }
}
