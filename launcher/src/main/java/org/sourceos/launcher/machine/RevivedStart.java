package org.sourceos.launcher.machine;

import java.io.IOException;
import java.nio.file.Path;
import org.sourceos.host.ProcessIdentity;
import org.sourceos.launcher.GuestExit;
import org.sourceos.launcher.LaunchContext;
import org.sourceos.launcher.LaunchException;
import org.sourceos.launcher.checkpoint.Loading;
import org.sourceos.launcher.checkpoint.OtherQemuException;
import org.sourceos.launcher.guest.GuestHub;
import org.sourceos.launcher.guest.Renewal;
import org.sourceos.launcher.limit.LimitHost;
import org.sourceos.launcher.limit.MachineLimits;
import org.sourceos.launcher.qemu.Memory;
import org.sourceos.launcher.qmp.QmpClient;

/** Has a machine go on from a checkpoint, with its program running. */
final class RevivedStart {
    private final LaunchContext launch;
    private final LimitHost host;
    private final MachineFolders folders;
    private final Lifecycle life;
    private final GuestLine line;
    private final LastWords lastWords;
    private final QemuStart qemu;
    private final GuestWatch watch;

    RevivedStart(
            WatchSettings settings,
            MachineFolders folders,
            Lifecycle life,
            GuestLine line,
            LastWords lastWords,
            QemuStart qemu,
            GuestWatch watch) {
        this.launch = settings.launch();
        this.host = settings.limits();
        this.folders = folders;
        this.life = life;
        this.line = line;
        this.lastWords = lastWords;
        this.qemu = qemu;
        this.watch = watch;
    }

    /** To its end. */
    GuestExit run(Revival from, MachineLog log) throws IOException, LaunchException {
        life.change(now -> now.starting(from.mark(), life.now()));
        folders.removeSockets(life.record().id());
        MachineLimits limits = qemu.check(host);
        GuestHub hub = load(from, limits);
        ProcessIdentity process = life.record().process().orElseThrow(() -> life.notThere("restore"));
        if (GuestAnswers.patiently(hub, () -> hub.awaitResumed(from.mark())).isEmpty()) {
            return lastWords.exit();
        }
        log.note("restored from " + from.origin());
        line.listens();
        return watch.toTheEnd(hub, process, log, () -> {});
    }

    private GuestHub load(Revival from, MachineLimits limits) throws IOException, LaunchException {
        Path folder = folders.folder(life.record().id());
        try (StateLine state = StateLine.open(folder.resolve(MachineFolders.STATE), launch.confinement())) {
            ProcessIdentity process = qemu.run(new Memory.Restored(from.ram()), limits);
            GuestHub hub = line.open(process);
            try (QmpClient monitor = MachineSockets.openMonitor(folder, process)) {
                Loading.load(monitor, state.uri(), state::connect, from.state(), from.savedBy());
                hub.renew(from.mark(), new Renewal(life.now(), from.hostname()), launch.random());
                Loading.go(monitor);
            }
            return hub;
        } catch (OtherQemuException e) {
            throw new LaunchException("cannot restore " + life.record().name() + ": " + e.getMessage(), e);
        }
    }
}
