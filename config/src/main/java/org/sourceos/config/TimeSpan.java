package org.sourceos.config;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A time as people write it, largest unit first: {@code 30s}, {@code 1h30m}, {@code 2d}, {@code 500ms}. */
public final class TimeSpan {
    private static final Pattern FORM = Pattern.compile(
            "(?:([0-9]{1,9})d)?(?:([0-9]{1,9})h)?(?:([0-9]{1,9})m)?(?:([0-9]{1,9})s)?(?:([0-9]{1,9})ms)?");

    private TimeSpan() {}

    /** Empty when it is no time. */
    public static Optional<Duration> parse(String text) {
        Matcher time = FORM.matcher(text);
        if (text.isEmpty() || !time.matches()) {
            return Optional.empty();
        }
        return Optional.of(Duration.ofDays(part(time, 1))
                .plusHours(part(time, 2))
                .plusMinutes(part(time, 3))
                .plusSeconds(part(time, 4))
                .plusMillis(part(time, 5)));
    }

    private static long part(Matcher time, int group) {
        return time.group(group) == null ? 0 : Long.parseLong(time.group(group));
    }
}
