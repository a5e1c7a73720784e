package org.sourceos.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TimeSpanTest {
    @ParameterizedTest
    @CsvSource({
        "30s,PT30S",
        "5m,PT5M",
        "1h30m,PT1H30M",
        "2d,PT48H",
        "500ms,PT0.5S",
        "1d2h3m4s5ms,PT26H3M4.005S",
        "0s,PT0S"
    })
    void readsWhatPeopleWrite(String text, Duration expected) {
        assertThat(TimeSpan.parse(text)).contains(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "30", "s", "1.5h", "-1s", "30 s", "1m1h", "1w", "1234567890s", "30s ", "\u0663s"})
    void readsNothingElse(String text) {
        assertThat(TimeSpan.parse(text)).isEmpty();
    }

    @Test
    void theLongestOneFits() {
        assertThat(TimeSpan.parse("999999999d999999999h")).isPresent();
    }
}
