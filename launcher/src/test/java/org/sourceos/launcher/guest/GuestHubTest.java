package org.sourceos.launcher.guest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A guest with several sessions that lies, floods or falls silent, played by the other end of a socket. */
@Timeout(60)
class GuestHubTest {
    private static final int WINDOW = 256 << 10;

    @TempDir
    private Path directory;

    private SocketChannel guest;
    private GuestHub hub;

    @BeforeEach
    void connect() throws IOException {
        UnixDomainSocketAddress address = UnixDomainSocketAddress.of(directory.resolve("s"));
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(address);
            guest = SocketChannel.open(address);
            hub = new GuestHub(server.accept());
        }
    }

    @AfterEach
    void close() throws IOException {
        guest.close();
        hub.close();
    }

    private void say(FrameType type, int session, int... payload) throws IOException {
        byte[] bytes = new byte[payload.length];
        for (int i = 0; i < payload.length; i++) {
            bytes[i] = (byte) payload[i];
        }
        write(GuestChannel.frame(type, 0, session, bytes, 0, bytes.length));
    }

    private void write(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            guest.write(bytes);
        }
    }

    private static GuestProgram program() {
        return new GuestProgram(
                List.of("x"), new TreeMap<>(), Optional.empty(), new GuestUser(0, 0, List.of(), "root", "/"), "t");
    }

    private Optional<GuestMessage> run() throws IOException {
        return hub.run((isError, bytes) -> {});
    }

    @Test
    void refusesASessionNobodyStarted() throws Exception {
        say(FrameType.STDOUT, 3, 'h');
        assertThatThrownBy(this::run)
                .isInstanceOf(ProtocolException.class)
                .hasMessageContaining("session 3, which nobody started");
    }

    @Test
    void refusesANumberThatNoSessionHas() throws Exception {
        say(FrameType.STDOUT, 16, 'h');
        assertThatThrownBy(this::run).isInstanceOf(ProtocolException.class).hasMessageContaining("broken frame");
    }

    @Test
    void aForegroundRunHasOneSession() throws Exception {
        say(FrameType.STDOUT, 1, 'h');
        assertThatThrownBy(() -> new GuestSession(channelOfHub())
                        .run(
                                List.of(),
                                new GuestStreams.Pipes(
                                        InputStream.nullInputStream(),
                                        new ByteArrayOutputStream(),
                                        new ByteArrayOutputStream())))
                .hasMessageContaining("session 1");
    }

    private GuestChannel channelOfHub() throws IOException {
        UnixDomainSocketAddress address = UnixDomainSocketAddress.of(directory.resolve("t"));
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(address);
            SocketChannel other = SocketChannel.open(address);
            other.write(GuestChannel.frame(FrameType.STDOUT, 0, 1, new byte[1], 0, 1));
            return new GuestChannel(server.accept());
        }
    }

    @Test
    void refusesMoreOutputThanWasGranted() throws Exception {
        hub.exec(program(), Optional.empty());
        CompletableFuture<Void> flood = CompletableFuture.runAsync(() -> {
            try {
                byte[] bytes = new byte[GuestChannel.MAX_PAYLOAD];
                for (int sent = 0; sent <= WINDOW; sent += bytes.length) {
                    write(GuestChannel.frame(FrameType.STDOUT, 0, 1, bytes, 0, bytes.length));
                }
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        assertThatThrownBy(this::run).hasMessageContaining("more output than it was granted");
        flood.get(30, TimeUnit.SECONDS);
    }

    @Test
    void aSessionEndsWithItsMachine() throws Exception {
        GuestExec exec = hub.exec(program(), Optional.empty());
        say(FrameType.STDOUT, 1, 'h', 'i');
        say(FrameType.EXIT, 0, 0, 7, 0, 0, 0);
        assertThat(run()).contains(new GuestMessage.Exited(7));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        assertThat(exec.run(new GuestStreams.Pipes(InputStream.nullInputStream(), out, out)))
                .isEmpty();
        assertThat(out).hasToString("hi");
        assertThatThrownBy(() -> hub.exec(program(), Optional.empty())).hasMessageContaining("has ended meanwhile");
    }

    @Test
    void aCancelledSessionWaitsForNobody() throws Exception {
        GuestExec exec = hub.exec(program(), Optional.empty());
        exec.cancel();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        assertThat(exec.run(new GuestStreams.Pipes(InputStream.nullInputStream(), out, out)))
                .isEmpty();
    }

    @Test
    void findsTheMarkBehindAnything() throws Exception {
        Mark mark = Mark.random(new SecureRandom());
        Random random = new Random(1);
        byte[] noise = new byte[200_001];
        random.nextBytes(noise);
        // The beginning of a greeting that is none.
        System.arraycopy(mark.greeting(), 0, noise, noise.length - 20, 20);
        CompletableFuture.runAsync(() -> {
            try {
                write(ByteBuffer.wrap(noise));
                ByteBuffer greeting = ByteBuffer.allocate(36).order(ByteOrder.LITTLE_ENDIAN);
                greeting.put(mark.greeting()).putLong(4711).putInt(0b1001).flip();
                write(greeting);
                say(FrameType.STDOUT, 0, 'o', 'k');
                say(FrameType.EXIT, 3, 1, 9, 0, 0, 0);
                say(FrameType.EXIT, 0, 0, 0, 0, 0, 0);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        assertThat(hub.resume(mark)).contains(new GuestHub.Resumed(4711, true));
        StringBuilder said = new StringBuilder();
        Optional<GuestMessage> end = hub.run((isError, bytes) -> said.append(UTF_8.decode(bytes)));
        assertThat(end).contains(new GuestMessage.Exited(0));
        assertThat(said).hasToString("ok");
    }

    @Test
    void aGuestThatNeverShowsTheMarkCostsNoMemoryAndIsNotBelieved() throws Exception {
        CompletableFuture.runAsync(() -> {
            try {
                byte[] bytes = new byte[1 << 16];
                for (int i = 0; i < 500; i++) {
                    write(ByteBuffer.wrap(bytes));
                }
                guest.close();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        try {
            assertThat(hub.resume(Mark.random(new SecureRandom()))).isEmpty();
        } catch (IOException e) {
            // It has gone without having read what we said: a reset, and no end.
            assertThat(e).isNotInstanceOf(ProtocolException.class);
        }
    }
}
