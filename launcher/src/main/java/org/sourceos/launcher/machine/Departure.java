package org.sourceos.launcher.machine;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.sourceos.host.ProcessIdentity;

/** Waiting for a QEMU to be gone: it is not our child, so it is looked at again and again. */
final class Departure {
    /** So long one may take that was killed. */
    static final Duration KILLED = Duration.ofSeconds(5);

    private static final long STEP_MILLIS = 10;

    private Departure() {}

    static void killAndWait(ProcessIdentity process) {
        process.kill();
        await(process, KILLED, () -> false);
    }

    /** Whether it is gone by then; not waited for any longer once {@code givesUp}. */
    static boolean await(ProcessIdentity process, Duration limit, BooleanSupplier givesUp) {
        for (int i = 0; i < limit.toMillis() / STEP_MILLIS && process.isAlive() && !givesUp.getAsBoolean(); i++) {
            try {
                Thread.sleep(STEP_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        return !process.isAlive();
    }
}
