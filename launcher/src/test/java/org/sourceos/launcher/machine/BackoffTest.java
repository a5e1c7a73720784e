package org.sourceos.launcher.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class BackoffTest {
    private static final Duration AT_ONCE = Duration.ZERO;
    private static final Duration LONG = Duration.ofMinutes(1);

    @Test
    void waitsTwiceAsLongEachTimeUpToAMinute() {
        Backoff backoff = new Backoff(Duration.ofSeconds(20));

        List<Duration> pauses =
                Stream.generate(() -> backoff.after(AT_ONCE)).limit(4).toList();

        assertThat(pauses)
                .containsExactly(
                        Duration.ofSeconds(20), Duration.ofSeconds(40), Duration.ofMinutes(1), Duration.ofMinutes(1));
    }

    @Test
    void beginsAnewAfterARunThatWentWell() {
        Backoff backoff = new Backoff(Duration.ofSeconds(1));
        backoff.after(AT_ONCE);
        backoff.after(AT_ONCE);

        assertThat(backoff.after(LONG)).isEqualTo(Duration.ofSeconds(1));
        assertThat(backoff.after(AT_ONCE)).isEqualTo(Duration.ofSeconds(2));
    }
}
