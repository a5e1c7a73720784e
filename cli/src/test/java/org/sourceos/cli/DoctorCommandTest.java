package org.sourceos.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code doctor} on this very computer. */
@Tag("vm")
@Tag("slow")
class DoctorCommandTest {
    @TempDir
    private Path folder;

    private Desk desk;

    @BeforeEach
    void sitDown() throws IOException {
        desk = Desk.in(folder);
    }

    @Test
    void findsThisComputerUsable() {
        Outcome outcome = desk.execute("doctor");
        assertThat(outcome.status()).as(outcome.toString()).isZero();
        assertThat(outcome.out())
                .contains("QEMU", "KVM", "confinement", "bubblewrap", "apt sources")
                .doesNotContain("MISSING");
    }

    @Test
    void speaksJson() {
        Outcome outcome = desk.execute("doctor", "--json");
        assertThat(StreamSupport.stream(outcome.jsonArray().spliterator(), false)
                        .map(JsonElement::getAsJsonObject))
                .isNotEmpty()
                .allSatisfy(finding -> {
                    assertThat(finding.get("what").getAsString()).isNotEmpty();
                    assertThat(finding.get("verdict").getAsString()).isIn("usable", "limited", "missing");
                    assertThat(finding.has("found")).isTrue();
                    assertThat(finding.has("advice")).isTrue();
                });
    }
}
