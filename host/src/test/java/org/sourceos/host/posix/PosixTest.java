package org.sourceos.host.posix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PosixTest {
    private static final byte[] LATIN = {'c', 'a', 'f', (byte) 0xe9};

    @TempDir
    Path directory;

    private byte[] at(String name) {
        return Posix.resolve(Posix.bytes(directory), name.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void namesAreBytes() throws Exception {
        byte[] folder = Posix.resolve(Posix.bytes(directory), LATIN);
        Posix.makeFolder(folder, 0750);
        Posix.symlink(LATIN, Posix.resolve(folder, new byte[] {(byte) 0xff}));

        assertThat(Posix.list(Posix.bytes(directory))).containsExactly(LATIN);
        assertThat(Posix.readLink(Posix.resolve(folder, new byte[] {(byte) 0xff})))
                .isEqualTo(LATIN);
        assertThat(Posix.status(folder).permissions()).isEqualTo(0750);
        Posix.removeRecursively(folder);
        assertThat(Posix.list(Posix.bytes(directory))).isEmpty();
    }

    @Test
    void pathsOfTheJdkKeepTheirBytes() {
        assertThat(Posix.bytes(Path.of("/tmp/a b%20ü?#"))).isEqualTo("/tmp/a b%20ü?#".getBytes(StandardCharsets.UTF_8));
        assertThat(Posix.bytes(directory)).isEqualTo(directory.toString().getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void listsManyNamesSorted() throws Exception {
        for (int i = 0; i < 3000; i++) {
            Files.createFile(directory.resolve("a-name-that-is-not-short-" + i));
        }
        List<byte[]> names = Posix.list(Posix.bytes(directory));

        assertThat(names).hasSize(3000).isSortedAccordingTo(java.util.Arrays::compareUnsigned);
    }

    @Test
    void statusAgreesWithTheJdk() throws Exception {
        Path file = Files.writeString(directory.resolve("f"), "12345");
        Files.createLink(directory.resolve("g"), file);
        FileStatus status = Posix.status(at("f"));

        assertThat(status.type()).isEqualTo(FileStatus.REGULAR);
        assertThat(status.size()).isEqualTo(5);
        assertThat(status.links()).isEqualTo(2);
        assertThat(status.mode()).isEqualTo(Files.getAttribute(file, "unix:mode"));
        assertThat(status.inode()).isEqualTo(Files.getAttribute(file, "unix:ino"));
        assertThat(status.uid()).isEqualTo(((Integer) Files.getAttribute(file, "unix:uid")).longValue());
    }

    @Test
    void attributesComeBack() throws Exception {
        Files.createFile(directory.resolve("f"));
        byte[] large = new byte[2000];
        Map<String, byte[]> xattrs = Map.of("user.a", new byte[0], "user.b", new byte[] {0, -1}, "user.c", large);
        try {
            Posix.setXattrs(at("f"), xattrs);
        } catch (PosixException e) {
            assumeTrue(false, "no user attributes on this file system: " + e.getMessage());
        }

        assertThat(Posix.xattrs(at("f"))).containsOnlyKeys("user.a", "user.b", "user.c");
        assertThat(Posix.xattrs(at("f")).get("user.b")).isEqualTo(new byte[] {0, -1});
        assertThat(Posix.xattrs(at("f")).get("user.c")).isEqualTo(large);
    }

    @Test
    void nodesHaveTheirNumbers() throws Exception {
        Posix.makeNode(at("fifo"), FileStatus.FIFO | 0600, 0, 0);
        assertThat(Posix.status(at("fifo")).type()).isEqualTo(FileStatus.FIFO);
        try {
            Posix.makeNode(at("dev"), FileStatus.BLOCK_DEVICE | 0600, 2600, 70_000);
        } catch (PosixException e) {
            assumeTrue(false, "device nodes need root: " + e.getMessage());
        }
        FileStatus status = Posix.status(at("dev"));
        assertThat(status.deviceMajor()).isEqualTo(2600);
        assertThat(status.deviceMinor()).isEqualTo(70_000);
    }

    @Test
    void failuresSayWhatWhichAndWhy() throws Exception {
        Files.createSymbolicLink(directory.resolve("link"), directory.resolve("target"));
        Files.writeString(directory.resolve("target"), "x");

        assertThatThrownBy(() -> Posix.open(at("link")))
                .isInstanceOf(PosixException.class)
                .hasMessageContaining("cannot open " + directory.resolve("link"))
                .hasMessageContaining("symbolic links");
        assertThatThrownBy(() -> Posix.status(at("none"))).hasMessageContaining("No such file or directory");
        assertThatThrownBy(() -> Posix.list(at("target"))).hasMessageContaining("Not a directory");
        assertThatThrownBy(() -> Posix.status("a\0b".getBytes(StandardCharsets.UTF_8)))
                .hasMessageContaining("NUL");
        try (var in = Posix.open(at("target"))) {
            assertThat(in.readAllBytes()).isEqualTo(new byte[] {'x'});
        }
    }
}
