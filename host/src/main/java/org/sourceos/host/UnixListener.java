package org.sourceos.host;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** A unix socket that waits for one program to connect. Closing it removes its file; the folder around it guards it. */
public final class UnixListener implements AutoCloseable {
    /** sun_path of unix(7), without its zero byte. */
    private static final int MAX_PATH_BYTES = 107;

    private final Path path;
    private final ServerSocketChannel server;
    private final Selector selector;

    private UnixListener(Path path, ServerSocketChannel server, Selector selector) {
        this.path = path;
        this.server = server;
        this.selector = selector;
    }

    public static UnixListener open(Path path) throws IOException {
        int length = path.toString().getBytes(StandardCharsets.UTF_8).length;
        if (length > MAX_PATH_BYTES) {
            throw new IOException("cannot listen on " + path + ": the path of a socket has at most " + MAX_PATH_BYTES
                    + " bytes, this one has " + length);
        }
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            server.bind(UnixDomainSocketAddress.of(path), 1);
            server.configureBlocking(false);
            Selector selector = Selector.open();
            server.register(selector, SelectionKey.OP_ACCEPT);
            return new UnixListener(path, server, selector);
        } catch (IOException e) {
            server.close();
            throw e;
        }
    }

    /** The connection (blocking), or empty when none came within the limit. */
    public Optional<SocketChannel> accept(Duration limit) throws IOException {
        selector.select(Math.max(1, limit.toMillis()));
        selector.selectedKeys().clear();
        SocketChannel channel = server.accept();
        if (channel != null) {
            channel.configureBlocking(true);
        }
        return Optional.ofNullable(channel);
    }

    @Override
    public void close() throws IOException {
        try (server;
                selector) {
            Files.deleteIfExists(path);
        }
    }
}
