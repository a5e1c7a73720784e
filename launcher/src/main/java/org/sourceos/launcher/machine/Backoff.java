package org.sourceos.launcher.machine;

import java.time.Duration;

/** The pauses before restarts: each twice as long as the one before, until one start has gone well. */
final class Backoff {
    private static final Duration LONGEST = Duration.ofMinutes(1);
    /** One that ran so long has not failed to start: the next pause is the first again. */
    private static final Duration HEALTHY = Duration.ofSeconds(10);

    private final Duration first;
    private Duration next;

    Backoff(Duration first) {
        this.first = first;
        this.next = first;
    }

    Duration after(Duration ran) {
        Duration pause = ran.compareTo(HEALTHY) > 0 ? first : next;
        Duration twice = pause.multipliedBy(2);
        next = twice.compareTo(LONGEST) > 0 ? LONGEST : twice;
        return pause;
    }
}
