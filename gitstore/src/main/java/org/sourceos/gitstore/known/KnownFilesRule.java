package org.sourceos.gitstore.known;

import java.time.Clock;
import java.time.Duration;

/**
 * Whether files that were stored before are recognised by their times, and which.
 *
 * @param used whether they are at all
 * @param clock the system's, which file systems take their times from
 * @param quiet how long a file must not have been changed when it is stored, to be recognised later
 */
public record KnownFilesRule(boolean used, Clock clock, Duration quiet) {
    /**
     * A file's times are set when a write begins. What writes is waited for, but for two: a page fault between the two steps in
     * which it sets the times and lets the program write, and a direct write. Neither takes so long: of what waits longer for a
     * disk the kernel says that it hangs ({@code hung_task_timeout_secs}, 120).
     */
    private static final Duration QUIET = Duration.ofMinutes(2);

    /** A direct write of a whole file may take as long as the slowest disk needs for it. */
    private static final long SLOWEST_BYTES_PER_SECOND = 1 << 20;

    public static KnownFilesRule usual() {
        return new KnownFilesRule(true, Clock.systemUTC(), QUIET);
    }

    /** Everything is read every time. */
    public static KnownFilesRule never() {
        return new KnownFilesRule(false, Clock.systemUTC(), QUIET);
    }

    /** How long ago the last change of a file of that size must be. */
    Duration quiet(long size) {
        return quiet.plusSeconds(size / SLOWEST_BYTES_PER_SECOND);
    }
}
