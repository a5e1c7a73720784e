package org.sourceos.launcher.machine;

import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sourceos.host.ProcessIdentity;
import org.sourceos.launcher.GuestExit;
import org.sourceos.launcher.LaunchException;
import org.sourceos.launcher.guest.ProtocolException;

/** A machine from its start, or from where it is, to its end, once. */
final class MachineRun {
    private final MachineFolders folders;
    private final long logLimit;
    private final Lifecycle life;
    private final LastWords lastWords;
    private final GuestWatch watch;
    private final ProgramStart fresh;
    private final RevivedStart revived;

    MachineRun(
            WatchSettings settings, MachineFolders folders, Lifecycle life, GuestLine line, Attachments attachments) {
        this.folders = folders;
        this.logLimit = settings.logLimit();
        this.life = life;
        this.lastWords = new LastWords(life, line, folders);
        this.watch = new GuestWatch(life, line, attachments, lastWords, folders);
        QemuStart qemu = new QemuStart(settings.launch(), folders, life);
        GuestStart guest = new GuestStart(settings.launch(), folders, life, line, lastWords, qemu);
        this.fresh = new ProgramStart(settings, folders, life, line, qemu, guest, watch);
        this.revived = new RevivedStart(settings, folders, life, line, lastWords, qemu, watch);
    }

    /** @param from where it goes on if it does not run yet; null for the beginning */
    MachineEnd toTheEnd(@Nullable Revival from) {
        MachineRecord record = life.record();
        try (MachineLog log = new MachineLog(folders.log(record.id()), logLimit)) {
            boolean decided =
                    record.state() == MachineState.ENDED || record.state() == MachineState.WAITING && record.unwanted();
            if (decided && record.end().isPresent()) {
                // The service before us was gone before it had seen to what is left.
                return record.end().get();
            }
            boolean adopted = record.state() == MachineState.RUNNING || record.state() == MachineState.PAUSED;
            if (!adopted) {
                return explained(() -> from == null ? fresh.run(log) : revived.run(from, log));
            }
            Optional<ProcessIdentity> running = record.process().filter(ProcessIdentity::isAlive);
            return running.isPresent() ? explained(() -> watch.follow(running.get(), log)) : Ends.unseen(record.name());
        } catch (IOException e) {
            return new MachineEnd(
                    GuestExit.ERROR, "the log of " + record.name() + " cannot be written: " + e.getMessage());
        }
    }

    /** All that goes on until a machine ends. */
    @FunctionalInterface
    private interface Course {
        GuestExit run() throws IOException, LaunchException;
    }

    private MachineEnd explained(Course course) {
        try {
            return Ends.of(course.run());
        } catch (ProtocolException e) {
            return Ends.of(new GuestExit.Misbehaved("the machine "
                    + life.record().name() + " was ended because its guest broke the protocol: " + e.getMessage()));
        } catch (LaunchException e) {
            return new MachineEnd(GuestExit.ERROR, String.valueOf(e.getMessage()));
        } catch (IOException e) {
            return Ends.of(lastWords.exit());
        }
    }
}
