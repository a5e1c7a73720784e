package org.sourceos.host.posix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalSocketTest {
    @TempDir
    private Path folder;

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private Descriptor open(Path file, int flags) throws PosixException {
        byte[] path = (file + "\0").getBytes(StandardCharsets.UTF_8);
        LibC c = jnr.ffi.LibraryLoader.create(LibC.class).load("c");
        return new Descriptor((int) Native.check(c.open(path, flags, 0600), "open " + file));
    }

    @Test
    void openFilesTravelWithBytesAndKeepTheirPlace() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "first and rest");
        try (LocalServer server = LocalServer.open(folder.resolve("socket"));
                LocalSocket client = LocalSocket.connect(folder.resolve("socket"));
                Wake wake = new Wake();
                Descriptor mine = open(file, 0)) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("socket"))))
                    .isEqualTo("rw-------");
            assertThat(new DescriptorInput(mine, wake).readNBytes(5)).isEqualTo(bytes("first"));
            client.send(bytes("hello"), List.of(mine, mine));
            try (LocalSocket peer = server.accept(wake).orElseThrow()) {
                assertThat(peer.peer().pid())
                        .isEqualTo((int) ProcessHandle.current().pid());
                LocalSocket.Message message = peer.receive(100, 3, wake);
                assertThat(message.bytes()).isEqualTo(bytes("hello"));
                assertThat(message.descriptors()).hasSize(2);
                InputStream theirs = new DescriptorInput(message.descriptors().get(1), wake);
                assertThat(theirs.readAllBytes()).isEqualTo(bytes(" and rest"));
                message.descriptors().forEach(Descriptor::close);
                assertThat(theirs.read()).isEqualTo(-1);
            }
        }
        assertThat(folder.resolve("socket")).doesNotExist();
    }

    @Test
    void moreFilesThanThereMayBeAreClosedAndRefused() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "");
        try (LocalServer server = LocalServer.open(folder.resolve("socket"));
                LocalSocket client = LocalSocket.connect(folder.resolve("socket"));
                Wake wake = new Wake();
                Descriptor mine = open(file, 0)) {
            client.send(bytes("x"), List.of(mine, mine, mine, mine, mine, mine));
            try (LocalSocket peer = server.accept(wake).orElseThrow()) {
                long before = openFiles();
                assertThatThrownBy(() -> peer.receive(100, 3, wake)).hasMessageContaining("more open files");
                assertThat(openFiles()).isEqualTo(before);
            }
        }
    }

    private static long openFiles() throws IOException {
        try (var files = Files.list(Path.of("/proc/self/fd"))) {
            return files.count();
        }
    }

    @Test
    void whoWaitsIsWoken() throws Exception {
        try (LocalServer server = LocalServer.open(folder.resolve("socket"));
                LocalSocket client = LocalSocket.connect(folder.resolve("socket"));
                Wake wake = new Wake()) {
            LocalSocket peer = server.accept(wake).orElseThrow();
            CompletableFuture<Integer> reading = CompletableFuture.supplyAsync(() -> {
                try {
                    return peer.read(new byte[10], 10, wake);
                } catch (IOException e) {
                    return -2;
                }
            });
            wake.ring();
            assertThat(reading.get(60, TimeUnit.SECONDS)).isEqualTo(-1);
            assertThat(server.accept(wake)).isEmpty();
            assertThatThrownBy(() -> peer.receive(10, 0, wake)).isInstanceOf(EOFException.class);
            peer.close();
            assertThatThrownBy(() -> peer.send(bytes("late"))).hasMessageContaining("closed");
        }
    }

    @Test
    void writesArriveWholeAndFailWhenNobodyReads() throws IOException {
        Path file = Files.createFile(folder.resolve("out"));
        byte[] much = new byte[100_000];
        new java.util.Random(1).nextBytes(much);
        try (Wake wake = new Wake();
                Descriptor out = open(file, 1)) {
            DescriptorOutput stream = new DescriptorOutput(out, wake);
            stream.write(much);
            stream.write(7);
            assertThat(Files.size(file)).isEqualTo(much.length + 1);
            assertThat(Files.readAllBytes(file)).startsWith(much).endsWith(7);
            wake.ring();
            assertThatThrownBy(() -> stream.write(1)).hasMessageContaining("nobody reads");
        }
    }

    @Test
    void aPathThatIsTooLongSaysWhatToDo() {
        Path longPath = folder.resolve("x".repeat(120));
        assertThatThrownBy(() -> LocalServer.open(longPath))
                .hasMessageContaining("at most 107 bytes")
                .hasMessageContaining("SOURCEOS_RUNTIME");
    }
}
