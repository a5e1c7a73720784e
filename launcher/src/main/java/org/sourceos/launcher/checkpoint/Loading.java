package org.sourceos.launcher.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import org.sourceos.launcher.qmp.QmpClient;

/** Puts a saved machine into a QEMU that waits for one ({@code -incoming defer -S}) and has its memory's file already. */
public final class Loading {
    private static final Duration LIMIT = Duration.ofSeconds(15);
    private static final int STEP_MILLIS = 1;

    private Loading() {}

    /** The way to QEMU for the state. */
    @FunctionalInterface
    public interface Line {
        SocketChannel connect() throws IOException;
    }

    /** Returns when it stands as it was saved, halted. QEMU ends when it does not like the state. */
    public static void load(QmpClient qmp, String uri, Line line, byte[] state, QemuIdentity savedBy)
            throws IOException {
        QemuIdentity here = QemuIdentity.of(qmp, Qmp.LIMIT);
        if (!here.equals(savedBy)) {
            throw new OtherQemuException(savedBy, here);
        }
        Qmp.leaveMemoryOut(qmp);
        qmp.execute("migrate-incoming", Qmp.uri(uri), Qmp.LIMIT);
        try (SocketChannel channel = line.connect()) {
            ByteBuffer bytes = ByteBuffer.wrap(state);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        }
        long end = System.nanoTime() + LIMIT.toNanos();
        while (Qmp.status(qmp).equals("inmigrate")) {
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
        Qmp.status(qmp);
        Qmp.status(qmp);
        Qmp.run(qmp);
    }

    /** Whether a saving that nobody saw to its end has left it halted; lets it go on then. */
    public static boolean wake(QmpClient qmp) throws IOException {
        String status = Qmp.status(qmp);
        if (!status.equals("postmigrate") && !status.equals("paused")) {
            return false;
        }
        Qmp.run(qmp);
        return true;
    }
}
