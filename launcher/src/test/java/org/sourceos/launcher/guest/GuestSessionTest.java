package org.sourceos.launcher.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A guest that lies, floods or falls silent, played by the other end of a socket. */
@Timeout(60)
class GuestSessionTest {
    private static final int FLOOD = 64 << 20;

    @TempDir
    private Path directory;

    private SocketChannel guest;
    private GuestChannel channel;
    private GuestSession session;

    @BeforeEach
    void connect() throws IOException {
        UnixDomainSocketAddress address = UnixDomainSocketAddress.of(directory.resolve("s"));
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(address);
            guest = SocketChannel.open(address);
            channel = new GuestChannel(server.accept());
            session = new GuestSession(channel);
        }
    }

    @AfterEach
    void close() throws IOException {
        guest.close();
        channel.close();
    }

    private void say(FrameType type, int... payload) throws IOException {
        byte[] bytes = new byte[payload.length];
        for (int i = 0; i < payload.length; i++) {
            bytes[i] = (byte) payload[i];
        }
        write(GuestChannel.frame(type, 0, bytes, 0, bytes.length));
    }

    private void write(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            guest.write(bytes);
        }
    }

    private Optional<GuestMessage> run(OutputStream out) throws IOException {
        return session.run(List.of(), new GuestStreams.Pipes(InputStream.nullInputStream(), out, out));
    }

    @Test
    void readsHowTheProgramEnded() throws IOException {
        say(FrameType.READY, GuestChannel.PROTOCOL_VERSION, 0, 0, 0);
        say(FrameType.STDOUT, 'h', 'i');
        say(FrameType.EXIT, 0, 7, 0, 0, 0);
        assertThat(session.awaitReady().ready()).isTrue();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        assertThat(run(out)).contains(new GuestMessage.Exited(7));
        assertThat(out).hasToString("hi");
    }

    @Test
    void refusesWhatComesAtTheWrongTime() throws IOException {
        say(FrameType.STDOUT, 'h');
        assertThatThrownBy(() -> session.awaitReady())
                .isInstanceOf(ProtocolException.class)
                .hasMessageContaining("before READY");
        say(FrameType.READY, GuestChannel.PROTOCOL_VERSION, 0, 0, 0);
        assertThatThrownBy(() -> run(OutputStream.nullOutputStream())).hasMessageContaining("second time");
    }

    @Test
    void refusesAnotherVersion() throws IOException {
        say(FrameType.READY, GuestChannel.PROTOCOL_VERSION + 1, 0, 0, 0);
        assertThatThrownBy(() -> session.awaitReady()).hasMessageContaining("version 4");
    }

    @Test
    void refusesGrantsWithoutEnd() throws IOException {
        say(FrameType.STDIN_GRANT, 0, 0, 16, 0);
        say(FrameType.STDIN_GRANT, 0, 0, 16, 0);
        InputStream silent = new InputStream() {
            @Override
            public int read() throws IOException {
                try {
                    Thread.sleep(60_000);
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
                return -1;
            }
        };
        assertThatThrownBy(() -> session.run(
                        List.of(),
                        new GuestStreams.Pipes(
                                silent, OutputStream.nullOutputStream(), OutputStream.nullOutputStream())))
                .isInstanceOf(ProtocolException.class)
                .hasMessageContaining("more input");
    }

    @Test
    void passesAFloodOnWithoutKeepingIt() throws Exception {
        CompletableFuture<Void> flood = CompletableFuture.runAsync(() -> {
            try {
                byte[] bytes = new byte[GuestChannel.MAX_PAYLOAD];
                for (int sent = 0; sent < FLOOD; sent += bytes.length) {
                    write(GuestChannel.frame(FrameType.STDERR, 0, bytes, 0, bytes.length));
                }
                say(FrameType.EXIT, 1, 9, 0, 0, 0);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        long[] received = new long[1];
        OutputStream counting = new OutputStream() {
            @Override
            public void write(int b) {
                received[0]++;
            }

            @Override
            public void write(byte[] bytes, int from, int length) {
                received[0] += length;
            }
        };
        assertThat(run(counting)).contains(new GuestMessage.Signalled(9));
        assertThat(received[0]).isEqualTo(FLOOD);
        flood.get();
    }

    @Test
    void endsWhenTheMachineIsClosedThoughTheGuestIsSilentAndReadsNothing() throws Exception {
        say(FrameType.STDIN_GRANT, 0, 0, 8, 0);
        CompletableFuture<Boolean> ended = CompletableFuture.supplyAsync(() -> {
            try {
                InputStream endless = new InputStream() {
                    @Override
                    public int read() {
                        return 'x';
                    }

                    @Override
                    public int read(byte[] bytes, int from, int length) {
                        return length;
                    }
                };
                return session.run(
                                List.of(),
                                new GuestStreams.Pipes(
                                        endless, OutputStream.nullOutputStream(), OutputStream.nullOutputStream()))
                        .isEmpty();
            } catch (IOException e) {
                return true;
            }
        });
        // Signals to a guest that does not read are dropped, they block nobody.
        for (int i = 0; i < 1000; i++) {
            session.signal(15);
        }
        Thread.sleep(50);
        channel.close();
        assertThat(ended.get(30, TimeUnit.SECONDS)).isTrue();
    }
}
