package org.sourceos.gitstore.collect;

import java.time.Duration;
import java.time.Instant;
import java.util.Set;

/**
 * What a collection leaves alone.
 *
 * @param generations so many of the newest generations of the system
 * @param since whatever was made or used within this time
 * @param needed generations that something outside of the store needs: a switch that is under way, a profile
 * @param pinned the SHA-256 of sources that a lock file names
 * @param now when it is
 */
public record KeepRules(int generations, Duration since, Set<Integer> needed, Set<String> pinned, Instant now) {
    public static final int GENERATIONS = 5;
    public static final Duration SINCE = Duration.ofDays(14);

    public KeepRules {
        needed = Set.copyOf(needed);
        pinned = Set.copyOf(pinned);
        if (generations < 1 || since.isNegative()) {
            throw new IllegalArgumentException("at least one generation is kept, and no negative time");
        }
    }

    Instant oldest() {
        return now.minus(since);
    }
}
