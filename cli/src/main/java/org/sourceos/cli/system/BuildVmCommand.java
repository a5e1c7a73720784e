package org.sourceos.cli.system;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.sourceos.cli.CommandContext;
import org.sourceos.cli.ExitCode;
import org.sourceos.cli.RequestFailedException;
import org.sourceos.cli.progress.Progress;
import org.sourceos.host.AtomicFile;
import org.sourceos.host.Directories;
import org.sourceos.launcher.LaunchException;
import org.sourceos.launcher.initramfs.Initramfs;
import org.sourceos.rebuild.system.MachineDescription;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sourceos-rebuild build-vm}. */
@Command(
        name = "build-vm",
        header = "Build the whole configuration as one machine, to look at it before it counts.",
        description = {
            "Makes a folder with run-NAME-vm and what it needs: the kernel, and a root file system with all",
            "programs, the users and the host name of the configuration. The console is a shell; what is",
            "changed in the machine ends with it. Nothing on this computer changes.",
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  sourceos-rebuild build-vm --dirty && ./result/run-study-vm",
            "  ./result/run-study-vm -- hello --greeting=hi   one program, and its exit status",
            "  ./result/run-study-vm --user dad --mem 1024",
        })
final class BuildVmCommand extends SystemSubcommand {
    @Mixin
    private BuildingOptions building = new BuildingOptions();

    @Option(
            names = {"-o", "--output"},
            paramLabel = "DIR",
            defaultValue = "result",
            description = "the folder to make (default: ${DEFAULT-VALUE}); one that build-vm made is replaced")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path output;

    BuildVmCommand(CommandContext context) {
        super(context);
    }

    @Override
    public Integer call() throws Exception {
        Path result = context().directory().resolve(output).normalize();
        if (Files.exists(result) && !Files.isRegularFile(result.resolve(MachineFolder.DESCRIPTION))) {
            throw new RequestFailedException(
                    result + " is there, and build-vm has not made it: move it away, or choose another --output DIR");
        }
        try (Deployment deployment = Deployment.open(context(), places())) {
            EvaluatedSystem system =
                    EvaluatedSystem.of(context(), BuildSystemCommand.source(deployment, building, this));
            system.refuseWithoutRecipes();
            Deployment.MachineFiles files;
            try (Progress progress = building.progress(context())) {
                files = deployment.machine(system, building.options(), progress);
            }
            files.machine().notes().forEach(this::say);
            MachineDescription description = files.machine().description();
            String script = "run-" + description.name() + "-vm";
            write(result, files, script);
            if (building.json()) {
                JsonObject object = new JsonObject();
                object.addProperty("output", result.toString());
                object.addProperty("script", result.resolve(script).toString());
                object.addProperty("name", description.name());
                context().out().println(object);
            } else {
                context().out().println(result.resolve(script));
            }
            return ExitCode.DONE.status();
        }
    }

    /** The folder appears whole. */
    private void write(Path result, Deployment.MachineFiles files, String script) throws IOException, LaunchException {
        Path parent = Files.createDirectories(result.resolveSibling(""));
        Path begun = Files.createTempDirectory(parent, ".build-vm-");
        try {
            place(files.kernel(), begun.resolve(MachineFolder.KERNEL));
            place(
                    Initramfs.write(
                            context().library().resolve("guest-init"),
                            places().store().resolve("disks")),
                    begun.resolve(MachineFolder.INITRAMFS));
            List<Path> disks = files.disks();
            for (int i = 0; i < disks.size(); i++) {
                place(disks.get(i), begun.resolve(MachineFolder.disk(i)));
            }
            Path command = Files.writeString(begun.resolve(script), script());
            Files.setPosixFilePermissions(command, PosixFilePermissions.fromString("rwxr-xr-x"));
            Files.writeString(
                    begun.resolve(MachineFolder.DESCRIPTION),
                    files.machine().description().json());
            Files.setPosixFilePermissions(begun, PosixFilePermissions.fromString("rwxr-xr-x"));
            if (Files.exists(result)) {
                Directories.remove(result);
            }
            if (!AtomicFile.moveIntoPlace(begun, result)) {
                throw new IOException(result + " was made by somebody else meanwhile; run the command again");
            }
        } catch (IOException | LaunchException | RuntimeException e) {
            Directories.remove(begun);
            throw e;
        }
    }

    private String script() {
        String program =
                "'" + context().library().resolve("sourceos").toString().replace("'", "'\\''") + "'";
        return "#!/bin/sh\n# Made by sourceos-rebuild build-vm.\n" + "exec " + program
                + " rebuild run-vm --machine \"$(dirname \"$(readlink -f \"$0\")\")\" \"$@\"\n";
    }

    /** A second name of the same file where that can be: a collection of the store takes away only the first. */
    private static void place(Path file, Path link) throws IOException {
        try {
            Files.createLink(link, file);
        } catch (FileSystemException | UnsupportedOperationException e) {
            Files.copy(file, link, StandardCopyOption.COPY_ATTRIBUTES);
        }
    }
}
