package org.sourceos.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KnownFilesChoiceTest {
    @TempDir
    private Path folder;

    @Test
    void anotherWordThanThereIsIsNamedWithWhatThereIs() throws Exception {
        Outcome outcome = Desk.in(folder).with("SOURCEOS_KNOWN_FILES", "maybe").execute("build", "hello");

        assertThat(outcome.status()).as(outcome.toString()).isEqualTo(2);
        assertThat(outcome.err()).contains("SOURCEOS_KNOWN_FILES=maybe: there are auto and never");
    }
}
