package org.sourceos.cli.system;

import java.time.Duration;
import org.sourceos.cli.UsageException;
import org.sourceos.config.TimeSpan;

/** A time that an option has: {@code 30s}, {@code 5m}. */
final class WaitTime {
    private WaitTime() {}

    /** @param where what had it, for the message */
    static Duration parse(String where, String text) throws UsageException {
        return TimeSpan.parse(text)
                .orElseThrow(() -> new UsageException(
                        where + " " + text + ": write a number with ms, s, m or h, for instance 30s"));
    }
}
