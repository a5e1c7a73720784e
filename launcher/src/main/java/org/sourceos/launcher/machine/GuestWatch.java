package org.sourceos.launcher.machine;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import org.sourceos.host.ProcessIdentity;
import org.sourceos.launcher.GuestExit;
import org.sourceos.launcher.checkpoint.Loading;
import org.sourceos.launcher.guest.GuestHub;
import org.sourceos.launcher.guest.ProtocolException;
import org.sourceos.launcher.qmp.QmpClient;

/** Hands on what a machine's program says until it has ended, also when the connection breaks and QEMU does not. */
final class GuestWatch {
    /** So long QEMU may take to end when its sockets have. */
    private static final Duration END = Duration.ofSeconds(1);

    private final Lifecycle life;
    private final GuestLine line;
    private final Attachments attachments;
    private final LastWords lastWords;
    private final MachineFolders folders;

    GuestWatch(Lifecycle life, GuestLine line, Attachments attachments, LastWords lastWords, MachineFolders folders) {
        this.life = life;
        this.line = line;
        this.attachments = attachments;
        this.lastWords = lastWords;
        this.folders = folders;
    }

    /** Over the end of this connection too. */
    GuestExit toTheEnd(GuestHub hub, ProcessIdentity process, MachineLog log, GuestHub.Begun begun) throws IOException {
        Optional<GuestExit> exit = watch(hub, log, begun);
        return exit.isPresent() ? exit.get() : endsSoon(process) ? lastWords.exit() : follow(process, log);
    }

    /** Finds a running machine again and watches over it, as often as the connection breaks and QEMU does not. */
    GuestExit follow(ProcessIdentity process, MachineLog log) throws IOException {
        while (!life.isReleased()) {
            try {
                wake(process);
                GuestHub hub = line.open(process);
                Optional<GuestHub.Resumed> resumed = resume(hub);
                if (resumed.isPresent()) {
                    log.note("the service was away; "
                            + (resumed.get().lostBytes() == 0
                                    ? "what was on its way then may be missing"
                                    : "at least " + resumed.get().lostBytes() + " bytes of output are missing"));
                    line.listens();
                    Optional<GuestExit> exit = watch(hub, log, () -> {});
                    if (exit.isPresent()) {
                        return exit.get();
                    }
                }
            } catch (ProtocolException e) {
                throw e;
            } catch (IOException e) {
                // Its guest did not answer, or the connection broke again.
            }
            if (life.isReleased() || endsSoon(process)) {
                break;
            }
            line.close();
        }
        return lastWords.exit();
    }

    /** Whoever saved it may have died before it went on. */
    private void wake(ProcessIdentity process) throws IOException {
        if (life.record().state() != MachineState.RUNNING) {
            return;
        }
        try (QmpClient monitor =
                MachineSockets.openMonitor(folders.folder(life.record().id()), process)) {
            Loading.wake(monitor);
        }
    }

    /** A guest that is paused, or has not seen that its host was away, does not answer: then it is asked anew. */
    private Optional<GuestHub.Resumed> resume(GuestHub hub) throws IOException {
        return GuestAnswers.patiently(hub, () -> hub.resume(life.record().mark()));
    }

    private boolean endsSoon(ProcessIdentity process) {
        return Departure.await(process, END, life::isReleased);
    }

    /** Until the program has ended: how; empty when the connection has, without a word. */
    private Optional<GuestExit> watch(GuestHub hub, MachineLog log, GuestHub.Begun begun) throws IOException {
        try {
            return hub.run((isError, bytes) -> hand(isError, bytes, log), begun)
                    .map(last -> Ends.of(
                            last,
                            life.record().request().program().arguments().get(0),
                            life.record().name()));
        } catch (ProtocolException e) {
            throw e;
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private void hand(boolean isError, ByteBuffer bytes, MachineLog log) {
        log.write(bytes);
        attachments.offer(isError, bytes);
    }
}
