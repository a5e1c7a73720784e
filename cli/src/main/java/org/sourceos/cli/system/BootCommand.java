package org.sourceos.cli.system;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sourceos.cli.CommandContext;
import org.sourceos.cli.ExitCode;
import org.sourceos.cli.progress.Progress;
import org.sourceos.gitstore.generation.Generation;
import org.sourceos.rebuild.RebuildException;
import org.sourceos.rebuild.boot.BootInstaller;
import org.sourceos.rebuild.boot.BootRoot;
import org.sourceos.rebuild.system.SystemKernel;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sourceos-rebuild boot}. */
@Command(
        name = "boot",
        header = "Build the system's own kernel and make the computer start with it the next time.",
        description = {
            "system.kernel says which kernel, system.boot how it is started. It gets an entry of the Boot",
            "Loader Specification, which systemd-boot and others read, and becomes the default. The kernel",
            "that runs now, or was the default, stays in the menu. Which generation counts does not change.",
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  sourceos-rebuild boot",
            "  sourceos-rebuild boot --keep 2",
            "  sourceos-rebuild boot --boot-root /mnt/boot   of a system that is mounted there",
        })
final class BootCommand extends SystemSubcommand {
    private static final Path COMMAND_LINE = Path.of("/proc/cmdline");

    @Mixin
    private BuildingOptions building = new BuildingOptions();

    @Option(
            names = "--boot-root",
            paramLabel = "DIR",
            description =
                    "the partition that the boot loader reads (default: system.boot.root, or as bootctl finds it)")
    private @Nullable Path bootRoot;

    @Option(
            names = "--keep",
            paramLabel = "N",
            defaultValue = "3",
            description = "entries to keep, the one that works now included; at least 2 (default: ${DEFAULT-VALUE})")
    private int keep;

    BootCommand(CommandContext context) {
        super(context);
    }

    @Override
    public Integer call() throws Exception {
        try (Deployment deployment = Deployment.open(context(), places())) {
            EvaluatedSystem system =
                    EvaluatedSystem.of(context(), BuildSystemCommand.source(deployment, building, this));
            SystemKernel wanted = SystemKernel.of(
                            system.values(), system.source().folder())
                    .orElseThrow(() -> new RebuildException(
                            RebuildException.Kind.UNUSABLE,
                            "the configuration says nothing of system.kernel, so there is no kernel to start the"
                                    + " computer with; write for instance system.kernel = { preempt = \"full\"; };"));
            // Before minutes are spent on building.
            BootRoot root = root(wanted);
            Optional<Path> initrd = wanted.initrd().map(context().directory()::resolve);
            if (initrd.isPresent() && !Files.isReadable(initrd.get())) {
                throw new RebuildException(
                        RebuildException.Kind.UNUSABLE,
                        "system.boot.initrd names " + initrd.get() + ", which cannot be read");
            }
            String running = commandLine();
            Generation generation = BuildSystemCommand.built(deployment, building, this, () -> system);
            BootInstaller.Kernel kernel;
            try (Progress progress = building.progress(context())) {
                kernel = deployment.kernel(
                        system,
                        wanted.kernel(),
                        building.options(),
                        progress,
                        (built, file) -> new BootInstaller.Kernel(
                                generation.number(),
                                "SourceOS, " + named(generation),
                                built.version(),
                                built.key().abbreviated(),
                                file,
                                initrd,
                                wanted.parameters().orElseGet(() -> inherited(running))));
            }
            BootInstaller.Result result =
                    new BootInstaller(root).install(kernel, keep, BootInstaller.generationOf(running));
            report(generation, kernel, result);
            return ExitCode.DONE.status();
        }
    }

    private BootRoot root(SystemKernel wanted) throws RebuildException {
        Optional<Path> said = Optional.ofNullable(bootRoot).or(wanted::bootRoot);
        if (said.isEmpty()) {
            return BootRoot.ofThisMachine();
        }
        Path place = context().directory().resolve(said.get()).normalize();
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

    /** What the running kernel was given, without what belongs to its own entry. */
    private static List<String> inherited(String running) {
        return List.of(running.split("\\s+")).stream()
                .filter(word -> !word.isEmpty())
                .filter(word -> !word.startsWith("BOOT_IMAGE=") && !word.startsWith("initrd="))
                .filter(word -> !word.startsWith(BootInstaller.GENERATION))
                .toList();
    }

    private void report(Generation generation, BootInstaller.Kernel kernel, BootInstaller.Result result) {
        result.left().forEach(path -> say(path + " was changed by somebody else, and so not removed"));
        if (building.json()) {
            JsonObject object = new JsonObject();
            object.addProperty("generation", generation.number());
            object.addProperty("kernel", kernel.version());
            object.addProperty("entry", result.entry().toString());
            JsonArray removed = new JsonArray();
            result.removed().forEach(removed::add);
            object.add("removed", removed);
            context().out().println(object);
            return;
        }
        context()
                .out()
                .println("the next start is with Linux " + kernel.version() + " of " + named(generation) + ": "
                        + result.entry());
        if (!result.removed().isEmpty()) {
            say("removed the entries of generations "
                    + String.join(
                            ", ", result.removed().stream().map(String::valueOf).toList())
                    + "; --keep N keeps more");
        }
    }
}
