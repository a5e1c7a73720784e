package org.sourceos.launcher.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class EscapeDetectorTest {
    private final AtomicLong nanos = new AtomicLong();
    private final EscapeDetector detector = new EscapeDetector(nanos::get);

    private boolean type(int... keys) {
        byte[] bytes = new byte[keys.length];
        for (int i = 0; i < keys.length; i++) {
            bytes[i] = (byte) keys[i];
        }
        return detector.typed(bytes, 0, bytes.length);
    }

    @Test
    void isThreeTimesTheKeyWithinASecond() {
        assertThat(type(EscapeDetector.KEY, EscapeDetector.KEY)).isFalse();
        nanos.addAndGet(900_000_000);
        assertThat(type(EscapeDetector.KEY)).isTrue();
    }

    @Test
    void isNotSlowerOrMixedTyping() {
        assertThat(type(EscapeDetector.KEY, EscapeDetector.KEY)).isFalse();
        nanos.addAndGet(1_100_000_000);
        assertThat(type(EscapeDetector.KEY)).isFalse();
        assertThat(type('a', EscapeDetector.KEY, EscapeDetector.KEY, 'b', EscapeDetector.KEY))
                .isFalse();
        assertThat(type(EscapeDetector.KEY, EscapeDetector.KEY, EscapeDetector.KEY))
                .isTrue();
    }
}
