package org.sourceos.config.nix;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Asks the real nix-instantiate about every golden case. */
@Tag("slow")
class OracleTest {
    @BeforeAll
    static void isRecentEnough() {
        Oracle.assumeRecent();
    }

    @Test
    void printsWhatIsWrittenDown() throws Exception {
        List<String> wrong = new ArrayList<>();
        for (Path file : GoldenTest.okay().toList()) {
            Oracle.Answer answer = Oracle.ask(GoldenTest.ROOT, "--eval", "--strict", file.toString());
            String printed = GoldenTest.withoutPlace(file, answer.out());
            String expected = Files.readString(GoldenTest.beside(file, ".exp"), StandardCharsets.ISO_8859_1);
            if (!printed.equals(expected)) {
                wrong.add(file.getFileName() + ": " + printed + answer.err());
            }
        }
        assertThat(wrong).isEmpty();
    }

    @Test
    void failsWithWhatIsWrittenDown() throws Exception {
        List<String> wrong = new ArrayList<>();
        for (Path file : GoldenTest.fail().toList()) {
            String last = Oracle.ask(GoldenTest.ROOT, "--eval", "--strict", file.toString())
                    .lastError();
            String expected = Files.readString(GoldenTest.beside(file, ".err"), StandardCharsets.ISO_8859_1);
            if (!GoldenTest.withoutPlace(file, last).equals(expected.strip())) {
                wrong.add(file.getFileName() + ": " + last);
            }
        }
        assertThat(wrong).isEmpty();
    }
}
