package org.sourceos.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is said of files says what is wrong with them, not only where they are. */
class IoReasonTest {
    @TempDir
    private Path folder;

    private interface Action {
        void run() throws IOException;
    }

    private static String reason(Action action) {
        IOException failure = catchThrowableOfType(IOException.class, action::run);
        return IoReason.of(failure);
    }

    @Test
    void saysWhatIsWrongWithAFileAsOtherProgramsDo() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "text");
        assertThat(reason(() -> Files.readString(folder.resolve("missing"))))
                .isEqualTo(folder.resolve("missing") + ": No such file or directory");
        assertThat(reason(() -> Files.createDirectory(file))).isEqualTo(file + ": File exists");
        assertThat(reason(() -> Files.delete(folder))).isEqualTo(folder + ": Directory not empty");
        assertThat(reason(() -> Files.newDirectoryStream(file).close())).isEqualTo(file + ": Not a directory");
        assertThat(reason(() -> Files.readString(file.resolve("below")))).isEqualTo(file + "/below: Not a directory");
    }

    @Test
    void saysTheMessageWhereThereIsOneAndTheKindOtherwise() {
        assertThat(IoReason.of(new IOException("the other end is gone"))).isEqualTo("the other end is gone");
        assertThat(IoReason.of(new java.io.EOFException())).isEqualTo("EOFException");
    }
}
