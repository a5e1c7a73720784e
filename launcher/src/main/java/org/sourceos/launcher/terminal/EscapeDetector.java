package org.sourceos.launcher.terminal;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Recognises the way out of a machine that does not answer any more: Ctrl-] three times within a second. The keys reach the
 * program all the same, so nothing changes for one that uses them.
 */
final class EscapeDetector {
    static final int KEY = 0x1d;
    private static final int TIMES = 3;
    private static final long WITHIN_NANOS = Duration.ofSeconds(1).toNanos();

    private final LongSupplier nanoTime;
    private final long[] presses = new long[TIMES];
    private int count;

    EscapeDetector(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** Looks at what was typed; true when the escape is complete. */
    boolean typed(byte[] bytes, int from, int length) {
        boolean complete = false;
        for (int i = from; i < from + length; i++) {
            complete |= typed(bytes[i]);
        }
        return complete;
    }

    private boolean typed(int key) {
        if (key != KEY) {
            count = 0;
            return false;
        }
        long now = nanoTime.getAsLong();
        System.arraycopy(presses, 1, presses, 0, TIMES - 1);
        presses[TIMES - 1] = now;
        count++;
        return count >= TIMES && now - presses[0] <= WITHIN_NANOS;
    }
}
