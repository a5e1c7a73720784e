package org.sourceos.launcher.machine;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sourceos.host.ProcessIdentity;
import org.sourceos.launcher.GuestExit;
import org.sourceos.launcher.limit.MachineLimits;

/** The thread of one machine: it runs it, writes down how it ended, and starts it again where that is wanted. */
final class Supervision {
    private final WatchSettings settings;
    private final MachineFolders folders;
    private final Lifecycle life;
    private final GuestLine line;
    private final Attachments attachments;
    private final MachineRun run;
    private final Runnable onRemoval;
    private final Thread thread;
    /** Set before the thread begins, which alone looks at it then. */
    private @Nullable Revival revival;

    Supervision(
            WatchSettings settings,
            MachineFolders folders,
            Lifecycle life,
            GuestLine line,
            Attachments attachments,
            Runnable onRemoval) {
        this.settings = settings;
        this.folders = folders;
        this.life = life;
        this.line = line;
        this.attachments = attachments;
        this.run = new MachineRun(settings, folders, life, line, attachments);
        this.onRemoval = onRemoval;
        this.thread = new Thread(this::live, "machine-" + life.record().name());
        thread.setDaemon(true);
    }

    /** @param from a checkpoint that it goes on from the first time; null to begin at the beginning */
    void begin(@Nullable Revival from) {
        revival = from;
        thread.start();
    }

    /** Until nobody here looks after it any more, but not for ever. */
    void awaitEnd(Duration limit) {
        try {
            thread.join(limit.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void live() {
        try {
            Backoff backoff = new Backoff(settings.firstPause());
            while (true) {
                long begun = System.nanoTime();
                MachineEnd end = run.toTheEnd(takeRevival());
                if (life.isReleased()) {
                    return;
                }
                bury(end);
                Duration ran = Duration.ofNanos(System.nanoTime() - begun);
                if (!again(end) || !life.pause(backoff.after(ran))) {
                    break;
                }
            }
            finish();
        } catch (IOException e) {
            // First whoever waits: what takes warnings may fail.
            life.over(new MachineEnd(GuestExit.ERROR, String.valueOf(e.getMessage())));
            settings.warnings()
                    .accept("the machine " + life.record().name() + " is not watched any more: " + e.getMessage());
        }
    }

    private @Nullable Revival takeRevival() {
        Revival from = revival;
        revival = null;
        return from;
    }

    /** Writes down how it ended, then ends what is left of it: in this order, so that the status is never lost. */
    private void bury(MachineEnd end) throws IOException {
        String id = life.record().id();
        Optional<ProcessIdentity> process = life.record().process();
        synchronized (life) {
            line.deaf();
            // With its process, until that is gone.
            life.change(now -> {
                MachineRecord ended = now.ended(end, life.now());
                return process.map(ended::with).orElse(ended);
            });
        }
        process.ifPresent(Departure::killAndWait);
        synchronized (life) {
            line.close();
            folders.removeSockets(id);
            MachineLimits.removeLeft(id, process, settings.limits());
            life.change(now -> now.ended(end, now.since()));
        }
        attachments.end(Attachment.Reason.MACHINE_ENDED);
    }

    private boolean again(MachineEnd end) throws IOException {
        synchronized (life) {
            MachineRecord record = life.record();
            // What never came up would not the next time either, and whoever asked for it waits to be told.
            if (!life.hasStarted()
                    || record.unwanted()
                    || !record.request().restart().again(end.status(), record.restarts())) {
                return false;
            }
            life.change(now -> now.restarted().in(MachineState.WAITING, life.now()));
            return true;
        }
    }

    private void finish() throws IOException {
        MachineRecord record;
        synchronized (life) {
            if (life.isReleased()) {
                return;
            }
            life.move(MachineState.WAITING, MachineState.ENDED);
            record = life.record();
            MachineLease.end(folders, record.id());
        }
        if (record.request().removeAtEnd()) {
            onRemoval.run();
        }
        life.over(record.end().orElseGet(() -> Ends.unseen(record.name())));
    }
}
