package org.sourceos.cli.system;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.sourceos.cli.UsageException;

/** A time as options have it: {@code 30s}, {@code 5m}. */
final class WaitTime {
    private static final Pattern DURATION = Pattern.compile("([0-9]{1,6})(ms|s|m|h)");

    private WaitTime() {}

    /** @param where what had it, for the message */
    static Duration parse(String where, String text) throws UsageException {
        Matcher matcher = DURATION.matcher(text);
        if (!matcher.matches()) {
            throw new UsageException(where + " " + text + ": write a number with ms, s, m or h, for instance 30s");
        }
        long number = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(number);
            case "s" -> Duration.ofSeconds(number);
            case "m" -> Duration.ofMinutes(number);
            default -> Duration.ofHours(number);
        };
    }
}
