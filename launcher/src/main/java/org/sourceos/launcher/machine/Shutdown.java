package org.sourceos.launcher.machine;

import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.sourceos.host.ProcessIdentity;
import org.sourceos.launcher.LaunchException;
import org.sourceos.launcher.guest.GuestHub;

/** Ends a machine because somebody wants it: by what its guest does for that, and without it where it does not. */
final class Shutdown {
    static final int SIGKILL = 9;
    private static final int SIGTERM = 15;
    private static final Duration POWER_OFF = Duration.ofSeconds(5);
    private static final Duration STEP = Duration.ofMillis(10);

    private final Lifecycle life;
    private final GuestLine line;
    private final Processor processor;

    Shutdown(Lifecycle life, GuestLine line, Processor processor) {
        this.life = life;
        this.line = line;
        this.processor = processor;
    }

    /** Asks the program to end (SIGTERM), switches the machine off when it does not within the limit, and waits. */
    MachineEnd stop(Duration limit) throws IOException, LaunchException, InterruptedException {
        life.unwanted();
        if (life.record().state() == MachineState.PAUSED) {
            processor.resume();
        }
        GuestHub hub = awaitListening(limit);
        if (hub != null) {
            hub.signal(SIGTERM);
            if (!life.endsWithin(limit)) {
                hub.signal(SIGKILL);
                life.endsWithin(POWER_OFF);
            }
        }
        if (!life.isOver()) {
            killQemu();
        }
        return ended("stop");
    }

    void kill() throws IOException, LaunchException, InterruptedException {
        life.unwanted();
        GuestHub hub = line.ifListening();
        if (hub == null
                || life.record().state() == MachineState.PAUSED
                || !hub.signal(SIGKILL)
                || !life.endsWithin(POWER_OFF)) {
            killQemu();
        }
        ended("kill");
    }

    private void killQemu() {
        life.killed();
        life.record().process().ifPresent(ProcessIdentity::kill);
    }

    /** Its end; not waited for when the service lets go of it meanwhile, for then nobody notices it here. */
    private MachineEnd ended(String what) throws LaunchException, InterruptedException {
        return life.awaitEnd()
                .orElseThrow(
                        () -> new LaunchException(
                                "cannot " + what + " " + life.record().name()
                                        + ": the service ends at this moment; the next one knows whether it runs (sourceos ps -a)"));
    }

    /** Its guest's ear; after a restart of the service it takes a moment to find it. */
    private @Nullable GuestHub awaitListening(Duration limit) throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        while (line.ifListening() == null
                && System.nanoTime() < end
                && life.record().process().filter(ProcessIdentity::isAlive).isPresent()) {
            if (life.endsWithin(STEP)) {
                break;
            }
        }
        return line.ifListening();
    }
}
