package org.sourceos.host.posix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
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

    @Test
    void aSettledFileIsReadFromItsBeginningAndSaysWhatItsNameSays() throws Exception {
        Path sparse = directory.resolve("sparse");
        try (FileChannel out = FileChannel.open(sparse, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            out.write(ByteBuffer.wrap("end".getBytes(StandardCharsets.US_ASCII)), 100_000);
        }
        byte[] path = Posix.bytes(sparse);
        try (PosixFile file = PosixFile.open(path)) {
            assertThat(file.settle()).isTrue();
            assertThat(file.status()).isEqualTo(Posix.status(path));
            ByteBuffer all = ByteBuffer.allocateDirect(200_000);
            while (file.read(all) > 0) {
                // until its end
            }
            assertThat(all.position()).isEqualTo(100_003);
            assertThat(all.get(100_002)).isEqualTo((byte) 'd');
        }
    }

    @Test
    void aFilesTimesAreThoseOfTheJdkToTheNanosecond() throws Exception {
        Path file = Files.writeString(directory.resolve("file"), "x");
        FileTime modified = Posix.status(Posix.bytes(file)).modified();

        assertThat(Instant.ofEpochSecond(modified.seconds(), modified.nanos()))
                .isEqualTo(Files.getLastModifiedTime(file).toInstant());
        FileTime changed = Posix.status(Posix.bytes(file)).changed();
        assertThat(Instant.ofEpochSecond(changed.seconds(), changed.nanos()))
                .isEqualTo(((java.nio.file.attribute.FileTime) Files.getAttribute(file, "unix:ctime")).toInstant());
    }

    @Test
    void twoFoldersOfOneMountAreOnTheSame() throws Exception {
        MountedFiles here = Posix.mounted(Posix.bytes(directory));

        assertThat(Posix.mounted(Posix.bytes(Files.createDirectory(directory.resolve("below")))))
                .isEqualTo(here);
        assertThat(Posix.mounted(Posix.bytes(Path.of("/proc")))).isNotEqualTo(here);
    }
}
