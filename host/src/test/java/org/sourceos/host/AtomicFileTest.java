package org.sourceos.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {
    @TempDir
    private Path folder;

    @Test
    void replacesTheWholeContent() throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "a long old text");
        AtomicFile.write(file, "new");
        assertThat(file).hasContent("new");
        assertNothingElse();
    }

    @Test
    void aFailureLeavesTheOldContentAndNothingBegun() throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "old");
        assertThatThrownBy(() -> AtomicFile.write(file, out -> {
                    out.write(1);
                    throw new IOException("no space");
                }))
                .hasMessage("no space");
        assertThat(file).hasContent("old");
        assertNothingElse();
    }

    @Test
    void aFileThatIsReplacedKeepsItsMode() throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "old");
        for (String mode : List.of("rwxr-x---", "rw-rw-rw-", "rw-------")) {
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
            AtomicFile.replace(file, out -> out.write("new".getBytes(StandardCharsets.UTF_8)));
            assertThat(file).hasContent("new");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo(mode);
        }
        assertNothingElse();
    }

    private void assertNothingElse() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).hasSize(1);
        }
    }
}
