package org.sourceos.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same inputs give the same bytes. */
@Tag("slow")
class ReproducibilityTest {
    @TempDir
    private Path folder;

    /** With {@code nano} and {@code htop} ncurses is compared too, with {@code jq} oniguruma. */
    @Test
    void everyShippedProgramBuiltTwiceIsTheSame() throws IOException {
        Outcome outcome = Desk.in(folder).execute(Desk.withShippedPrograms("build", "--check"));
        assertThat(outcome.status()).as(outcome.toString()).isZero();
        assertThat(outcome.out().lines())
                .hasSameSizeAs(Desk.SHIPPED_PROGRAMS)
                .allMatch(line -> line.matches("refs/vms/.* {2}reproducible"));
    }

    @Test
    void aRecipeThatStoresTheTimeIsFoundOut() throws IOException {
        Desk desk = Desk.withConfiguration(folder).scripted("e2e-clock", "date +%s.%N > greeting");
        Outcome outcome = desk.execute("build", "--check", "e2e-clock");
        assertThat(outcome.status()).as(outcome.toString()).isEqualTo(104);
        assertThat(outcome.err())
                .contains("e2e-clock 1.0 is not reproducible")
                .contains("/usr/share/e2e-clock/greeting")
                .contains("git -C " + desk.store());
    }
}
