package org.sourceos.launcher;

import java.io.IOException;
import java.nio.file.Path;
import org.sourceos.launcher.qmp.QmpClient;

/** Puts what was saved of a machine into one that was started for it, by whoever started that. */
public final class Restoring {
    private Restoring() {}

    /** @param socket a short path, at which QEMU listens for a moment */
    public static void load(QmpClient qmp, Path socket, SavedMachine saved) throws IOException {
        MachineState.load(qmp, socket, saved.state());
    }
}
