package org.sourceos.config.toml;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.sourceos.config.TimeSpan;

/** Sizes and times as people write them. */
final class Quantities {
    private static final Pattern SIZE = Pattern.compile("([0-9]{1,7}) ?(M|MB|MiB|G|GB|GiB|T|TB|TiB)");

    private Quantities() {}

    /** In MiB; units are powers of 1024 whatever their spelling. Empty when it is no size or more than an int. */
    static OptionalInt mebibytes(String text) {
        Matcher size = SIZE.matcher(text);
        if (!size.matches()) {
            return OptionalInt.empty();
        }
        long unit = switch (size.group(2).charAt(0)) {
            case 'M' -> 1;
            case 'G' -> 1024;
            default -> 1024 * 1024;
        };
        return narrow(Long.parseLong(size.group(1)) * unit);
    }

    /** In minutes. Empty when it is no time, not a whole number of minutes, or more than an int. */
    static OptionalInt minutes(String text) {
        Optional<Duration> time =
                TimeSpan.parse(text).filter(span -> span.toSecondsPart() == 0 && span.toMillisPart() == 0);
        return time.isEmpty() ? OptionalInt.empty() : narrow(time.get().toMinutes());
    }

    /** As it may be written in TOML. */
    static String printMebibytes(int mebibytes) {
        if (mebibytes == 0) {
            return "0";
        }
        return mebibytes % (1024 * 1024) == 0
                ? "\"" + mebibytes / (1024 * 1024) + "T\""
                : mebibytes % 1024 == 0 ? "\"" + mebibytes / 1024 + "G\"" : "\"" + mebibytes + "M\"";
    }

    /** As it may be written in TOML. */
    static String printMinutes(int minutes) {
        if (minutes == 0) {
            return "0";
        }
        return minutes % (24 * 60) == 0
                ? "\"" + minutes / (24 * 60) + "d\""
                : minutes % 60 == 0 ? "\"" + minutes / 60 + "h\"" : "\"" + minutes + "m\"";
    }

    static OptionalInt narrow(long number) {
        return number == (int) number ? OptionalInt.of((int) number) : OptionalInt.empty();
    }
}
