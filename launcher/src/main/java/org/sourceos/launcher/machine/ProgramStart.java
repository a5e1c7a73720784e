package org.sourceos.launcher.machine;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.sourceos.host.ProcessIdentity;
import org.sourceos.launcher.GuestExit;
import org.sourceos.launcher.LaunchException;
import org.sourceos.launcher.guest.GuestHub;
import org.sourceos.launcher.guest.GuestSecret;
import org.sourceos.launcher.guest.Mark;
import org.sourceos.launcher.guest.StartMessage;
import org.sourceos.launcher.limit.MachineLimits;
import org.sourceos.launcher.secret.SecretFiles;

/** Starts a machine from the beginning, and its program in it. */
final class ProgramStart {
    private final WatchSettings settings;
    private final MachineFolders folders;
    private final Lifecycle life;
    private final GuestLine line;
    private final QemuStart qemu;
    private final GuestStart guest;
    private final GuestWatch watch;

    ProgramStart(
            WatchSettings settings,
            MachineFolders folders,
            Lifecycle life,
            GuestLine line,
            QemuStart qemu,
            GuestStart guest,
            GuestWatch watch) {
        this.settings = settings;
        this.folders = folders;
        this.life = life;
        this.line = line;
        this.qemu = qemu;
        this.guest = guest;
        this.watch = watch;
    }

    /** To its end. */
    GuestExit run(MachineLog log) throws IOException, LaunchException {
        life.record().process().ifPresent(ProcessIdentity::kill);
        MachineRequest request = life.record().request();
        Mark mark = Mark.random(settings.launch().random());
        life.change(now -> now.starting(mark, life.now()));
        folders.removeSockets(life.record().id());
        MachineLimits limits = qemu.check(
                life.record().restarts() == 0
                        ? settings.limits()
                        : settings.limits().silent());
        // Read anew at each start, so that they stand nowhere but in their files.
        List<GuestSecret> secrets = new SecretFiles(settings.identity()).read(request.secrets());
        Optional<GuestExit> failed = start(request, limits);
        if (failed.isPresent()) {
            return failed.get();
        }
        ProcessIdentity process = life.record().process().orElseThrow();
        GuestHub hub = line.hub();
        hub.start(
                new StartMessage(
                        request.program(),
                        request.terminal(),
                        request.spec().shares(),
                        request.spec().network(),
                        secrets,
                        life.now()),
                settings.launch().random(),
                mark);
        if (request.terminal().isEmpty()) {
            hub.endInput();
        }
        // Not before the guest says so: had it not read START when we go, it would go too.
        return watch.toTheEnd(hub, process, log, line::listens);
    }

    /** Out of a template where there is one, else, or where that is of no use, by booting; why it does not come up. */
    private Optional<GuestExit> start(MachineRequest request, MachineLimits limits)
            throws IOException, LaunchException {
        Optional<RestoredStart> template = RestoredStart.find(request, settings.launch());
        if (template.isEmpty()) {
            return guest.boot(limits);
        }
        Optional<GuestExit> failed = guest.restore(template.get(), limits);
        if (failed.isEmpty() || life.isKilled()) {
            return failed;
        }
        settings.warnings()
                .accept("the template of " + life.record().name() + " is of no use and was removed, the machine boots"
                        + " instead: " + failed.get().message());
        template.get().drop();
        line.close();
        life.record().process().ifPresent(Departure::killAndWait);
        folders.removeSockets(life.record().id());
        return guest.boot(limits);
    }
}
