package org.sourceos.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnixListenerTest {
    @TempDir
    private Path directory;

    @Test
    void takesAConnectionAndRemovesItsFile() throws IOException {
        Path path = directory.resolve("socket");
        try (UnixListener listener = UnixListener.open(path)) {
            assertThat(listener.accept(Duration.ofMillis(1))).isEmpty();
            try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(path));
                    SocketChannel server =
                            listener.accept(Duration.ofSeconds(10)).orElseThrow()) {
                client.write(ByteBuffer.wrap(new byte[] {7}));
                ByteBuffer read = ByteBuffer.allocate(2);
                assertThat(server.read(read)).isEqualTo(1);
            }
        }
        assertThat(path).doesNotExist();
    }

    @Test
    void saysThatAPathIsTooLong() {
        assertThatThrownBy(() -> UnixListener.open(directory.resolve("x".repeat(120))))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("at most 107 bytes");
    }
}
