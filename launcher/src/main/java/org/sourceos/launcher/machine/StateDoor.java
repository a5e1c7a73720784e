package org.sourceos.launcher.machine;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.sourceos.host.UnixConnection;
import org.sourceos.host.UnixListener;
import org.sourceos.launcher.confine.Confinement;

/**
 * The way by which a machine that stays is given its saved state. A confined QEMU can make no socket: it is started with a
 * connection to ours. Another listens itself.
 */
final class StateDoor implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final Path path;
    private final @Nullable UnixListener listener;

    private StateDoor(Path path, @Nullable UnixListener listener) {
        this.path = path;
        this.listener = listener;
    }

    static StateDoor open(Path folder, Confinement confinement) throws IOException {
        Path path = folder.resolve(MachineFolders.STATE);
        return new StateDoor(path, confinement.isOn() ? UnixListener.open(path) : null);
    }

    String uri() {
        return listener == null ? "unix:" + path : DetachedCommandLine.stateUri();
    }

    SocketChannel connect() throws IOException {
        UnixListener own = listener;
        return own == null
                ? UnixConnection.open(path)
                : own.accept(LIMIT).orElseThrow(() -> new IOException("QEMU does not take the machine's state"));
    }

    @Override
    public void close() throws IOException {
        if (listener != null) {
            listener.close();
        }
    }
}
