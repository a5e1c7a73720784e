package org.sourceos.config.diagnostic;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SuggestionsTest {
    private static final List<String> WORDS = List.of(
            "kernel_features",
            "devices",
            "filesystem",
            "network",
            "command",
            "memory",
            "cpus",
            "description",
            "NET",
            "SND");

    @ParameterizedTest
    @CsvSource({
        "kernel-features, kernel_features",
        "kernelFeatures, kernel_features",
        "netwrok, network",
        "device, devices",
        "file_system, filesystem",
        "cpu, cpus",
        "desc, description",
        "net, NET",
        "SDN, SND",
        "comand, command",
    })
    void findsTheWordThatWasMeant(String word, String meant) {
        assertThat(Suggestions.nearest(word, WORDS)).contains(meant);
    }

    @ParameterizedTest
    @CsvSource({"colour", "x", "''", "zzz", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaa"})
    void findsNothingForAnotherWord(String word) {
        assertThat(Suggestions.nearest(word, WORDS)).isEmpty();
    }

    @Test
    void ofEqualsTheFirstInTheAlphabetIsTaken() {
        assertThat(Suggestions.nearest("libc", List.of("libd", "liba", "libb"))).contains("liba");
    }

    @Test
    void givesUpOnAbsurdLengthsAtOnce() {
        assertThat(Suggestions.nearest("a".repeat(1_000_000), List.of("a".repeat(1_000_000))))
                .isEmpty();
        assertThat(Suggestions.nearest("aaa", List.of("a".repeat(1_000_000), "b")))
                .contains("a".repeat(1_000_000));
    }

    @Property(tries = 500)
    void distanceIsSymmetricAndCountsChanges(
            @ForAll @AlphaChars @StringLength(max = 12) String a,
            @ForAll @AlphaChars @StringLength(max = 12) String b) {
        int distance = Suggestions.distance(a, b);

        assertThat(distance).isEqualTo(Suggestions.distance(b, a));
        assertThat(distance).isBetween(Math.abs(a.length() - b.length()), Math.max(a.length(), b.length()));
        assertThat(distance == 0).isEqualTo(a.equals(b));
        assertThat(Suggestions.distance(a, a + "x")).isEqualTo(1);
    }
}
