package org.sourceos.launcher.initramfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sourceos.launcher.LaunchException;

class InitramfsTest {
    @TempDir
    private Path directory;

    @Test
    void isAnArchiveOfInitAndTheConsole() {
        String text = new String(Initramfs.of("abc".getBytes(StandardCharsets.UTF_8)), StandardCharsets.ISO_8859_1);
        assertThat(text.length() % 512).isZero();
        // Header fields: inode, mode, uid, gid, links, time, size, device, special device, name's length, check.
        assertThat(text)
                .startsWith("07070100000001000041ED0000000000000000000000010000000000000000"
                        + "00000000000000000000000000000000" + "0000000400000000dev\0")
                .contains("0707010000000200002180" + "0000000000000000" + "00000001" + "00000000" + "00000000"
                        + "0000000000000000" + "0000000500000001" + "0000000C" + "00000000" + "dev/console\0")
                .contains("0707010000000300" + "0081ED")
                .contains("init\0\0abc\0")
                .contains("TRAILER!!!\0");
    }

    @Test
    void isWrittenOnceUnderANameOfItsContent() throws Exception {
        Path init = directory.resolve("init");
        Files.writeString(init, "one");
        Path first = Initramfs.write(init, directory.resolve("state"));
        Object written = Files.getLastModifiedTime(first);
        assertThat(Initramfs.write(init, directory.resolve("state"))).isEqualTo(first);
        assertThat(Files.getLastModifiedTime(first)).isEqualTo(written);
        Files.writeString(init, "two");
        assertThat(Initramfs.write(init, directory.resolve("state"))).isNotEqualTo(first);
        assertThat(first).exists();
        assertThatThrownBy(() -> Initramfs.write(directory.resolve("absent"), directory))
                .isInstanceOf(LaunchException.class)
                .hasMessageContaining("make in launcher/src/main/c");
    }
}
