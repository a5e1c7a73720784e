package org.sourceos.launcher.qmp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QmpClientTest {
    private static final String GREETING = "{\"QMP\": {\"version\": {}}}\r\n{\"return\": {}, \"id\": 1}\r\n";

    @TempDir
    private Path directory;

    /** What the client makes of a monitor that says this, whatever it is asked. */
    private String ask(String script) throws IOException {
        UnixDomainSocketAddress address = UnixDomainSocketAddress.of(directory.resolve("s" + System.nanoTime()));
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(address);
            try (SocketChannel monitor = SocketChannel.open(address);
                    QmpClient client = new QmpClient(server.accept())) {
                monitor.write(ByteBuffer.wrap(script.getBytes(StandardCharsets.UTF_8)));
                return client.execute("query-status", new JsonObject(), Duration.ofMillis(300))
                        .toString();
            }
        } finally {
            Files.delete(address.getPath());
        }
    }

    @Test
    void passesOverEventsToTheAnswer() throws IOException {
        assertThat(ask(GREETING + "{\"event\": \"RESUME\"}\n{\"return\": {\"status\": \"running\"}, \"id\": 2}\n"))
                .isEqualTo("{\"status\":\"running\"}");
    }

    @Test
    void saysWhatQemuRefused() {
        assertThatThrownBy(() -> ask(GREETING + "{\"error\": {\"desc\": \"no such\"}, \"id\": 2}\n"))
                .isInstanceOf(QmpException.class)
                .hasMessageContaining("query-status")
                .hasMessageContaining("no such");
    }

    @Test
    void doesNotWaitForEver() {
        assertThatThrownBy(() -> ask(GREETING)).isInstanceOf(QmpException.class).hasMessageContaining("silent");
    }

    /** The client side is a pure reader: anything but an answer is an exception of its own kind. */
    @Property(tries = 60)
    void survivesAnyText(@ForAll String text) throws IOException {
        directory = Path.of(System.getProperty("java.io.tmpdir"));
        assertThatThrownBy(() -> ask(text.replace("QMP", "") + "\n")).isInstanceOf(QmpException.class);
    }
}
