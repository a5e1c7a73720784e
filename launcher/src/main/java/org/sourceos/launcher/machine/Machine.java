package org.sourceos.launcher.machine;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.sourceos.host.Terminal;
import org.sourceos.launcher.LaunchException;
import org.sourceos.launcher.guest.GuestExec;
import org.sourceos.launcher.guest.GuestHub;
import org.sourceos.launcher.guest.GuestProgram;

/** One machine, as those who start, use and end it see it. {@link Supervision} runs it, {@link Lifecycle} is what is known. */
final class Machine {
    private static final Duration TIME_TO_LET_GO = Duration.ofSeconds(5);

    private final MachineFolders folders;
    private final Lifecycle life;
    private final GuestLine line;
    private final Attachments attachments;
    private final Supervision supervision;
    private final Processor processor;
    private final Shutdown shutdown;
    private final Saving saving;

    Machine(WatchSettings settings, MachineFolders folders, MachineRecord record, Runnable onRemoval) {
        this.folders = folders;
        this.life = new Lifecycle(folders, settings.launch().clock(), record);
        this.line = new GuestLine(life, folders);
        this.attachments = new Attachments(life);
        this.supervision = new Supervision(settings, folders, life, line, attachments, onRemoval);
        this.processor = new Processor(life, folders);
        this.shutdown = new Shutdown(life, line, processor);
        this.saving = new Saving(settings.launch().random());
    }

    MachineRecord record() {
        return life.record();
    }

    MachineStatus status() {
        return MachineStatus.of(record(), folders);
    }

    void begin() {
        supervision.begin(null);
    }

    /** As {@link #begin}, for one that goes on from a checkpoint; when it is started again it boots. */
    void begin(Revival from) {
        supervision.begin(from);
    }

    /** As {@link #begin}, for one that was started before our time. */
    void goOn() {
        life.started();
        begin();
    }

    /** Waits until its program runs, or why it does not. */
    void awaitStarted() throws LaunchException {
        life.awaitStarted();
    }

    Optional<MachineEnd> awaitEnd() throws InterruptedException {
        return life.awaitEnd();
    }

    /** Saves it as it is at some moment from now on; it runs meanwhile, and afterwards. */
    CapturedMachine capture(Path ram) throws LaunchException, IOException, InterruptedException {
        GuestHub hub = line.connected("save");
        return saving.capture(record(), hub, folders.folder(record().id()), ram);
    }

    MachineEnd stop(Duration limit) throws IOException, LaunchException, InterruptedException {
        return shutdown.stop(limit);
    }

    /** Sends the program a signal. After SIGKILL nothing is started again. */
    void signal(int number) throws IOException, LaunchException, InterruptedException {
        if (number == Shutdown.SIGKILL) {
            shutdown.kill();
        } else if (!line.connected("send a signal to").signal(number)) {
            throw new LaunchException("cannot send a signal to " + record().name()
                    + ": its guest does not answer; `sourceos kill` without -s ends it");
        }
    }

    void pause() throws LaunchException, IOException {
        processor.pause();
    }

    void resumeProcessor() throws IOException {
        processor.resume();
    }

    GuestExec exec(GuestProgram program, Optional<Terminal.Size> terminal) throws LaunchException, IOException {
        if (record().state() == MachineState.PAUSED) {
            throw new LaunchException("cannot run " + program.arguments().get(0) + " in " + record().name()
                    + ": it is paused; `sourceos resume " + record().name() + "` lets it go on");
        }
        return line.connected("run a program in").exec(program, terminal);
    }

    Attachment attach() throws LaunchException {
        return attachments.add(line.connected("attach to"));
    }

    /** Lets go of it: it runs on, and the next service finds it. */
    void release() {
        synchronized (life) {
            life.release();
            line.hangUp();
        }
        attachments.end(Attachment.Reason.DETACHED);
    }

    /** After {@link #release}: until nobody here looks after it any more. */
    void awaitReleased() {
        supervision.awaitEnd(TIME_TO_LET_GO);
    }
}
