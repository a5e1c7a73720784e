package org.sourceos.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the settings of confinement can say. */
@Tag("vm")
class ConfiningTest {
    @TempDir
    private Path folder;

    private Desk desk;

    @BeforeEach
    void sitDown() throws IOException {
        desk = Desk.in(folder).with("SOURCEOS_ACCEL", "tcg");
    }

    @Test
    void refusesWhatItDoesNotKnow() {
        Outcome outcome = desk.with("SOURCEOS_CONFINE", "maybe").execute("run", "hello");
        assertThat(outcome.status()).isEqualTo(125);
        assertThat(outcome.err()).contains("SOURCEOS_CONFINE=maybe: there are auto, require and never");
        assertThat(desk.with("SOURCEOS_CONFINE_UIDS", "many")
                        .execute("run", "hello")
                        .err())
                .contains("SOURCEOS_CONFINE_UIDS=many: the first of 4194304 user numbers is wanted");
    }

    @Test
    void theProgramRunsConfinedOrNot() {
        for (String how : new String[] {"auto", "never"}) {
            Outcome outcome = desk.with("SOURCEOS_CONFINE", how).execute("run", "hello");
            assertThat(outcome).isEqualTo(new Outcome(0, "Hello, world!\n", ""));
        }
    }
}
