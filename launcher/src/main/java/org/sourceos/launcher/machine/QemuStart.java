package org.sourceos.launcher.machine;

import java.io.IOException;
import java.nio.file.Path;
import org.sourceos.host.Command;
import org.sourceos.host.ProcessIdentity;
import org.sourceos.launcher.LaunchContext;
import org.sourceos.launcher.LaunchException;
import org.sourceos.launcher.limit.LimitHost;
import org.sourceos.launcher.limit.MachineLimits;
import org.sourceos.launcher.qemu.Memory;
import org.sourceos.launcher.qemu.VmSpec;

/** Starts a QEMU that outlives us, within its limits; it is written down as soon as it is there. */
final class QemuStart {
    private final LaunchContext launch;
    private final MachineFolders folders;
    private final Lifecycle life;

    QemuStart(LaunchContext launch, MachineFolders folders, Lifecycle life) {
        this.launch = launch;
        this.folders = folders;
        this.life = life;
    }

    /** Fails where the machine could not run, or not within its limits. */
    MachineLimits check(LimitHost host) throws LaunchException {
        MachineRequest request = life.record().request();
        request.spec().check();
        MachineLimits limits = new MachineLimits(
                request.limits(), request.spec(), life.record().id(), host);
        limits.check();
        return limits;
    }

    ProcessIdentity run(Memory memory, MachineLimits limits) throws IOException, LaunchException {
        String id = life.record().id();
        Path folder = folders.folder(id);
        Path errors = folder.resolve(MachineFolders.ERRORS);
        folders.makeOut(id);
        VmSpec spec = life.record().request().spec();
        ProcessIdentity process = launch.confinement().isOn()
                ? launch.processes()
                        .startAnnounced(Command.of(DetachedCommandLine.confined(spec, memory, folder, launch)), errors)
                : launch.processes()
                        .startDetached(Command.of(DetachedCommandLine.arguments(spec, memory, folder)), errors);
        life.change(now -> now.with(process));
        if (life.isKilled()) {
            process.kill();
        }
        limits.started(process.pid());
        if (limits.needQemu()) {
            MachineSockets.monitor(folder, process, qmp -> limits.settle(process.pid(), qmp));
        }
        return process;
    }
}
