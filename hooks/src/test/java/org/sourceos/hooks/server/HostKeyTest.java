package org.sourceos.hooks.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostKeyTest {
    @TempDir
    private Path folder;

    @Test
    void isMadeOnceForItsOwnerOnly() throws Exception {
        Path file = folder.resolve("new/host_key");
        HostKey first = HostKey.in(file);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(first.fingerprint()).matches("SHA256:[A-Za-z0-9+/]{43}");
        assertThat(HostKey.in(file).fingerprint()).isEqualTo(first.fingerprint());
    }

    @Test
    void isRefusedIfOthersCanReadIt() throws Exception {
        Path file = folder.resolve("host_key");
        HostKey.in(file);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        assertThatThrownBy(() -> HostKey.in(file))
                .isInstanceOf(ServerException.class)
                .hasMessageContaining("others than its owner can read")
                .hasMessageContaining("chmod 600");
    }

    @Test
    void isRefusedIfItIsNoKey() throws Exception {
        for (String text : new String[] {"", "no key\n", "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n"}) {
            Path file = folder.resolve("host_key");
            Files.writeString(file, text);
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
            assertThatThrownBy(() -> HostKey.in(file))
                    .isInstanceOf(ServerException.class)
                    .hasMessageContaining("cannot use the host key " + file);
        }
    }
}
