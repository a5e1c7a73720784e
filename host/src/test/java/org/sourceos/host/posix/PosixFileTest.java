package org.sourceos.host.posix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PosixFileTest {
    @TempDir
    Path directory;

    private static String read(byte[] path, ByteBuffer into) throws IOException {
        try (PosixFile file = PosixFile.open(path)) {
            while (file.read(into) > 0) {
                // until there is no more room, or no more file
            }
            assertThat(file.read(ByteBuffer.allocate(1))).isEqualTo(-1);
        }
        byte[] bytes = new byte[into.flip().remaining()];
        into.get(bytes);
        return new String(bytes, StandardCharsets.US_ASCII);
    }

    @Test
    void aFileIsReadIntoAnyBufferFromWhereItStands() throws Exception {
        byte[] path = Posix.bytes(Files.writeString(directory.resolve("file"), "some words"));

        assertThat(read(path, ByteBuffer.allocateDirect(64))).isEqualTo("some words");
        assertThat(read(path, ByteBuffer.allocate(64))).isEqualTo("some words");
        assertThat(read(path, ByteBuffer.allocateDirect(64).put((byte) '>'))).isEqualTo(">some words");
        assertThat(read(path, ByteBuffer.allocate(64).put((byte) '>'))).isEqualTo(">some words");
    }

    @Test
    void aNameThatIsNoTextIsOpened() throws Exception {
        byte[] folder = Posix.bytes(directory);
        byte[] name = Posix.resolve(folder, new byte[] {'n', (byte) 0xff});
        Files.writeString(directory.resolve("file"), "x");
        Posix.rename(Posix.resolve(folder, "file".getBytes(StandardCharsets.US_ASCII)), name);

        assertThat(read(name, ByteBuffer.allocateDirect(8))).isEqualTo("x");
    }

    @Test
    void aLinkAndAMissingFileAreRefusedByName() throws Exception {
        Path link =
                Files.createSymbolicLink(directory.resolve("link"), Files.writeString(directory.resolve("file"), "x"));

        assertThatThrownBy(() -> PosixFile.open(Posix.bytes(link)))
                .isInstanceOf(PosixException.class)
                .hasMessageContaining("link");
        assertThatThrownBy(() -> PosixFile.open(Posix.bytes(directory.resolve("none"))))
                .isInstanceOf(PosixException.class)
                .hasMessageContaining("none");
    }

    @Test
    void aClosedFileIsNotReadFrom() throws Exception {
        PosixFile file = PosixFile.open(Posix.bytes(Files.writeString(directory.resolve("file"), "x")));
        file.close();
        file.close();

        assertThat(file.isOpen()).isFalse();
        assertThatThrownBy(() -> file.read(ByteBuffer.allocateDirect(1))).isInstanceOf(ClosedChannelException.class);
    }
}
