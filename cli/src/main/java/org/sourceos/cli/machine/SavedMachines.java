package org.sourceos.cli.machine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.sourceos.cli.CommandContext;
import org.sourceos.cli.MachineAssembly;
import org.sourceos.cli.Places;
import org.sourceos.cli.QemuChoice;
import org.sourceos.cli.UsageException;
import org.sourceos.gitstore.BuildCache;
import org.sourceos.gitstore.StoreException;
import org.sourceos.gitstore.image.ImageManifest;
import org.sourceos.host.Command;
import org.sourceos.host.ProcessRunner;
import org.sourceos.launcher.ImageFiles;
import org.sourceos.launcher.LaunchException;
import org.sourceos.launcher.checkpoint.Checkpoints;
import org.sourceos.launcher.checkpoint.QemuIdentity;
import org.sourceos.launcher.checkpoint.Subject;
import org.sourceos.launcher.machine.CapturedMachine;
import org.sourceos.launcher.machine.MachineRequest;
import org.sourceos.launcher.machine.SavedMachineRecord;
import org.sourceos.launcher.machine.StartSettings;
import org.sourceos.launcher.qemu.Network;
import org.sourceos.launcher.qemu.QemuProgram;
import org.sourceos.launcher.qemu.VmSpec;

/** From machines to what is kept of them and back: what the commands for checkpoints share. */
final class SavedMachines {
    private final CommandContext context;
    private final Places places;
    private final BuildCache cache;

    SavedMachines(CommandContext context, Places places, BuildCache cache) {
        this.context = context;
        this.places = places;
        this.cache = cache;
    }

    Checkpoints checkpoints() {
        return new Checkpoints(cache, context.clock(), context.cancellation());
    }

    static Subject subject(CapturedMachine machine) {
        SavedMachineRecord record = machine.record();
        MachineRequest request = record.request();
        return new Subject(record.name(), record.id(), request.image(), request.spec(), record.text());
    }

    /** As a machine without shared folders has them, and no other can be saved. */
    ImageFiles files(ImageManifest image) throws StoreException, LaunchException, UsageException {
        return new MachineAssembly(context, places, cache).files(image, 0, true);
    }

    /** The saved machine with its files where they are now, and by the QEMU that stands for the one it had. */
    MachineRequest request(SavedMachineRecord saved, ImageFiles files, String name, boolean ports)
            throws StoreException, UsageException {
        MachineRequest was = saved.request();
        VmSpec spec = was.spec();
        Network network = !ports && spec.network() instanceof Network.User user
                ? new Network.User(List.of(), user.isolated())
                : spec.network();
        VmSpec now = new VmSpec(
                spec.name(),
                files.kernel(),
                files.initramfs(),
                files.disks(),
                spec.rootMode(),
                spec.memoryMib(),
                spec.cpus(),
                network,
                spec.shares(),
                spec.accel(),
                qemu(spec.qemu()),
                spec.tscKhz(),
                spec.memory());
        return new MachineRequest(
                Optional.of(name),
                // Whoever wants it now is not who had it: what the configuration declares it starts itself.
                MachineRequest.BY_COMMAND,
                was.image(),
                now,
                was.program(),
                was.terminal(),
                was.secrets(),
                was.restart(),
                was.removeAtEnd(),
                was.limits(),
                new StartSettings(
                        Optional.of(cache.directory()),
                        was.starting().restored(),
                        was.starting().bootDeadline()));
    }

    /** The same one if it is still there; one of our own may have been built again meanwhile. */
    private QemuProgram qemu(QemuProgram was) throws StoreException, UsageException {
        if (was.firmware().isEmpty()) {
            return was;
        }
        cache.hold(was.firmware().get().resolve("../../..").normalize());
        return Files.isExecutable(Path.of(was.program()))
                ? was
                : new QemuChoice(context, cache).of(Optional.of("slim"));
    }

    /** Which QEMU would go on with it; empty when there is none. */
    Optional<QemuIdentity> qemuHere(SavedMachineRecord saved) {
        try {
            Command command = Command.of(qemu(saved.request().spec().qemu()).program(), "--version");
            return QemuIdentity.parse(new ProcessRunner().output(command, context.cancellation()));
        } catch (IOException | StoreException | UsageException e) {
            return Optional.empty();
        }
    }
}
