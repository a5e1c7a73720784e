package org.sourceos.launcher.machine;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.sourceos.host.UnixConnection;
import org.sourceos.host.UnixListener;
import org.sourceos.launcher.confine.Confinement;

/**
 * The way by which a machine's state comes into a QEMU that waits for it: a confined one can make no socket and is given a
 * connection to ours, which must be there before it is; another one makes its own.
 */
final class StateLine implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final Path socket;
    private final @Nullable UnixListener listener;

    private StateLine(Path socket, @Nullable UnixListener listener) {
        this.socket = socket;
        this.listener = listener;
    }

    static StateLine open(Path socket, Confinement confinement) throws IOException {
        return new StateLine(socket, confinement.isOn() ? UnixListener.open(socket) : null);
    }

    String uri() {
        return listener == null ? "unix:" + socket : DetachedCommandLine.stateUri();
    }

    /** Our end; once QEMU was told of its own. */
    SocketChannel connect() throws IOException {
        return listener == null
                ? UnixConnection.open(socket)
                : listener.accept(LIMIT).orElseThrow(() -> new IOException("QEMU has no connection for its state"));
    }

    @Override
    public void close() throws IOException {
        if (listener != null) {
            listener.close();
        }
        Files.deleteIfExists(socket);
    }
}
