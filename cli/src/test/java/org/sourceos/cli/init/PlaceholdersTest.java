package org.sourceos.cli.init;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlaceholdersTest {
    @ParameterizedTest
    @CsvSource({
        "study, study",
        "study.example.org, study",
        "'  study\n', study",
        "anns_computer, anns-computer",
        "-a-, a",
        "'\"; evil = \"', evil",
        "'', sourceos",
        "(none), none",
        "münchen, m-nchen",
    })
    void aHostNameIsWhatTheOptionWants(String name, String hostname) {
        assertThat(Placeholders.of(name, Map.of()).hostname()).isEqualTo(hostname);
    }

    @Test
    void aLongHostNameIsCutWhereItMayEnd() {
        assertThat(Placeholders.of("a".repeat(62) + "-b", Map.of()).hostname()).isEqualTo("a".repeat(62));
    }

    @Test
    void theUserIsWhoeverTypedTheCommand() {
        assertThat(Placeholders.of("", Map.of("USER", "ann", "LOGNAME", "bob")).user())
                .isEqualTo("ann");
        assertThat(Placeholders.of("", Map.of("LOGNAME", "bob")).user()).isEqualTo("bob");
        assertThat(Placeholders.of("", Map.of("SUDO_USER", "ann", "USER", "root"))
                        .user())
                .isEqualTo("ann");
    }

    @ParameterizedTest
    @CsvSource({"let", "Ann Other", "a;b", "1st", "''"})
    void aNameThatCannotBeAnAttributeIsNotUsed(String name) {
        assertThat(Placeholders.of("", Map.of("USER", name)).user()).isEqualTo("user");
    }
}
