package org.sourceos.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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

    private void assertNothingElse() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).hasSize(1);
        }
    }
}
