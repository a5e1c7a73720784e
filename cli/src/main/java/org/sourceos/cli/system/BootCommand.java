package org.sourceos.cli.system;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sourceos.cli.CommandContext;
import org.sourceos.cli.ExitCode;
import org.sourceos.cli.UsageException;
import org.sourceos.cli.progress.Progress;
import org.sourceos.gitstore.generation.Generation;
import org.sourceos.rebuild.boot.BootInstaller;
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
            "  sourceos-rebuild boot --target-host dad@desk",
            "  sourceos-rebuild boot --boot-root /mnt/boot   of a system that is mounted there",
        })
final class BootCommand extends SystemSubcommand {
    @Mixin
    private BuildingOptions building = new BuildingOptions();

    @Mixin
    private TargetOptions target = new TargetOptions();

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
        Optional<TargetHost> host = target.host();
        if (host.isPresent()) {
            if (bootRoot != null || keep != BootInstallation.USUAL_ENTRIES) {
                throw new UsageException("--boot-root and --keep are for this computer: what system.boot.root of the"
                        + " configuration says counts with --target-host");
            }
            return new RemoteRebuild(this, building, host.get()).boot();
        }
        try (Deployment deployment = Deployment.open(context(), places())) {
            EvaluatedSystem system =
                    EvaluatedSystem.of(context(), BuildSystemCommand.source(deployment, building, this));
            SystemKernel wanted = BootInstallation.wanted(system);
            BootInstallation installation = BootInstallation.of(context(), wanted, Optional.ofNullable(bootRoot));
            Generation generation = BuildSystemCommand.built(deployment, building, this, () -> system);
            BootInstaller.Kernel kernel;
            try (Progress progress = building.progress(context())) {
                kernel = deployment.kernel(
                        system,
                        wanted.kernel(),
                        building.options(),
                        progress,
                        (built, file) -> installation.kernel(
                                generation, built.version(), built.key().abbreviated(), file));
            }
            report(generation, kernel, installation.install(kernel, keep));
            return ExitCode.DONE.status();
        }
    }

    private void report(Generation generation, BootInstaller.Kernel kernel, BootInstaller.Result result) {
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
