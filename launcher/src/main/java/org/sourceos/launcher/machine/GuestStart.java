package org.sourceos.launcher.machine;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.sourceos.host.ProcessIdentity;
import org.sourceos.launcher.GuestExit;
import org.sourceos.launcher.LaunchContext;
import org.sourceos.launcher.LaunchException;
import org.sourceos.launcher.SavedMachine;
import org.sourceos.launcher.guest.GuestHub;
import org.sourceos.launcher.limit.MachineLimits;
import org.sourceos.launcher.qemu.Memory;

/** Gets a guest to where it waits for its program, in one way or another; what comes back is why it does not come up. */
final class GuestStart {
    private final LaunchContext launch;
    private final MachineFolders folders;
    private final Lifecycle life;
    private final GuestLine line;
    private final LastWords lastWords;
    private final QemuStart qemu;

    GuestStart(
            LaunchContext launch,
            MachineFolders folders,
            Lifecycle life,
            GuestLine line,
            LastWords lastWords,
            QemuStart qemu) {
        this.launch = launch;
        this.folders = folders;
        this.life = life;
        this.line = line;
        this.lastWords = lastWords;
        this.qemu = qemu;
    }

    Optional<GuestExit> boot(MachineLimits limits) throws IOException, LaunchException {
        ProcessIdentity process = qemu.run(new Memory.Private(), limits);
        GuestHub hub = line.open(process);
        Duration limit = life.record().request().starting().bootDeadline().orElse(launch.bootDeadline());
        return GuestAnswers.ready(life.record().name(), process, limit, hub::awaitReady, lastWords::exit);
    }

    Optional<GuestExit> restore(RestoredStart template, MachineLimits limits) throws IOException, LaunchException {
        Path folder = folders.folder(life.record().id());
        try (StateLine state = StateLine.open(folder.resolve(MachineFolders.STATE), launch.confinement())) {
            ProcessIdentity process = qemu.run(new Memory.Restored(template.ram()), limits);
            GuestHub hub = line.open(process);
            template.load(folder, process, state);
            return GuestAnswers.ready(
                    life.record().name(),
                    process,
                    SavedMachine.RESTORE_LIMIT,
                    () -> RestoredStart.ask(hub, launch),
                    lastWords::exit);
        } catch (IOException e) {
            return Optional.of(new GuestExit.QemuFailed(
                    e.getMessage() + "; " + lastWords.exit().message()));
        }
    }
}
