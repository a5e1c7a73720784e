package org.sourceos.launcher;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import org.sourceos.launcher.qmp.QmpClient;

/** Puts what was saved of a machine into one that was started for it, by whoever started that. */
public final class Restoring {
    private Restoring() {}

    /** Our end of the way to QEMU, once that reads from it. */
    @FunctionalInterface
    public interface Door {
        SocketChannel open() throws IOException, LaunchException;
    }

    /** @param uri by which QEMU knows the other end */
    public static void load(QmpClient qmp, String uri, Door door, SavedMachine saved)
            throws IOException, LaunchException {
        MachineState.load(qmp, uri, door::open, saved.state());
    }
}
