package org.sourceos.launcher;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.sourceos.host.UnixListener;
import org.sourceos.launcher.confine.ConfinedCommand;
import org.sourceos.launcher.confine.Confinement;
import org.sourceos.launcher.qemu.Memory;

/**
 * The way by which the state of a confined machine comes and goes. Such a QEMU can make no socket, so ours is there before
 * it: it is given the connection to read from, and shown the socket to write to.
 */
final class StateSocket implements AutoCloseable {
    private final @Nullable UnixListener listener;
    private final Path path;
    private final boolean restores;

    private StateSocket(@Nullable UnixListener listener, Path path, boolean restores) {
        this.listener = listener;
        this.path = path;
        this.restores = restores;
    }

    /** None for a machine that is neither restored nor saved, or not confined. */
    static StateSocket open(Path path, Confinement confinement, Memory memory) throws IOException {
        boolean needed = confinement.isOn() && !(memory instanceof Memory.Private);
        return new StateSocket(needed ? UnixListener.open(path) : null, path, memory instanceof Memory.Restored);
    }

    boolean isThere() {
        return listener != null;
    }

    void giveTo(ConfinedCommand command) {
        if (listener != null) {
            if (restores) {
                command.connected(path);
            } else {
                command.owning(path);
            }
        }
    }

    /** As QEMU's migration names it. A number is understood for what comes in, and not for what goes out. */
    String uri() {
        return restores ? "fd:" + ConfinedCommand.FIRST_SOCKET : MachineState.socket(path);
    }

    UnixListener listener() {
        if (listener == null) {
            throw new IllegalStateException("this machine has none");
        }
        return listener;
    }

    @Override
    public void close() {
        if (listener != null) {
            try {
                listener.close();
            } catch (IOException e) {
                // Its folder is gone already, and with it the name.
            }
        }
    }
}
