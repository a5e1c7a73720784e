package org.sourceos.launcher.checkpoint;

import java.io.IOException;
import java.time.Duration;
import org.sourceos.launcher.qmp.Migration;
import org.sourceos.launcher.qmp.QmpClient;

/** Puts a saved machine into a QEMU that waits for one ({@code -incoming defer -S}) and has its memory's file already. */
public final class Loading {
    private static final Duration LIMIT = Duration.ofSeconds(15);
    private static final int STEP_MILLIS = 1;

    private Loading() {}

    /** Returns when it stands as it was saved, halted. QEMU ends when it does not like the state. */
    public static <E extends Exception> void load(
            QmpClient qmp, String uri, Migration.Line<E> line, byte[] state, QemuIdentity savedBy)
            throws IOException, E {
        QemuIdentity here = QemuIdentity.of(qmp, Capture.LIMIT);
        if (!here.equals(savedBy)) {
            throw new OtherQemuException(savedBy, here);
        }
        Migration migration = new Migration(qmp, Capture.LIMIT);
        migration.in(uri, line, state);
        long end = System.nanoTime() + LIMIT.toNanos();
        while (migration.status().equals("inmigrate")) {
            if (System.nanoTime() > end) {
                throw new IOException("QEMU did not take its state within " + LIMIT.toSeconds() + " s");
            }
            try {
                Thread.sleep(STEP_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted while it was restored", e);
            }
        }
    }

    /** Lets it go on. What was written to its sockets before has reached it by then. */
    public static void go(QmpClient qmp) throws IOException {
        // QEMU answers between two looks at its sockets: after two answers it has looked at all of them.
        Migration migration = new Migration(qmp, Capture.LIMIT);
        migration.status();
        migration.status();
        migration.run();
    }

    /** Whether a saving that nobody saw to its end has left it halted; lets it go on then. */
    public static boolean wake(QmpClient qmp) throws IOException {
        Migration migration = new Migration(qmp, Capture.LIMIT);
        String status = migration.status();
        if (!status.equals("postmigrate") && !status.equals("paused")) {
            return false;
        }
        migration.run();
        return true;
    }
}
