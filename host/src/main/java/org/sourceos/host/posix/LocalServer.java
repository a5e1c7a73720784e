package org.sourceos.host.posix;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** A unix socket that accepts any number of connections: one of its own, or one that systemd made. */
public final class LocalServer implements AutoCloseable {
    private static final int BACKLOG = 256;
    private static final int SOCK_CLOEXEC = 02000000;

    private final int number;
    private final @Nullable Path own;
    private final AtomicBoolean closed = new AtomicBoolean();

    private LocalServer(int number, @Nullable Path own) {
        this.number = number;
        this.own = own;
    }

    /**
     * Listens at a path in a folder that only this user can enter; a file left there by a dead server is replaced. Nobody can
     * connect before the socket's permissions are set.
     */
    public static LocalServer open(Path path) throws IOException {
        byte[] address = LocalSocket.address(path);
        Files.deleteIfExists(path);
        int fd = (int)
                Native.check(Native.C.socket(LocalSocket.AF_UNIX, LocalSocket.SOCK_STREAM_CLOEXEC, 0), "make a socket");
        LocalServer server = new LocalServer(fd, path);
        try {
            Native.check(Native.C.bind(fd, address, address.length), "listen at " + path);
            Posix.chmod(Posix.bytes(path), 0600);
            Native.check(Native.C.listen(fd, BACKLOG), "listen at " + path);
            return server;
        } catch (IOException e) {
            server.close();
            throw e;
        }
    }

    /** One that listens already. */
    public static LocalServer of(Descriptor inherited) {
        return new LocalServer(inherited.number(), null);
    }

    /** Whether somebody else made the socket and keeps it. */
    public boolean isInherited() {
        return own == null;
    }

    /** Waits for the next connection; empty when {@code wake} rang. */
    public Optional<LocalSocket> accept(Wake wake) throws IOException {
        while (Native.await(number, Native.POLLIN, wake)) {
            int fd = Native.C.accept4(number, null, null, SOCK_CLOEXEC);
            if (fd >= 0) {
                return Optional.of(new LocalSocket(fd));
            }
            if (!Native.again() && Native.errno() != 103) { // ECONNABORTED: it left before it was let in
                Native.check(fd, "accept a connection");
            }
        }
        return Optional.empty();
    }

    @Override
    public void close() throws IOException {
        if (closed.compareAndSet(false, true)) {
            if (own != null) {
                Files.deleteIfExists(own);
            }
            Native.C.close(number);
        }
    }
}
