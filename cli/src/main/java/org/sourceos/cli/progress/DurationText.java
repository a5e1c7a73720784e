package org.sourceos.cli.progress;

import java.time.Duration;
import java.util.Locale;

/** Durations as people read them. */
final class DurationText {
    private DurationText() {}

    /** {@code 0.4 s}, {@code 12 s}, {@code 3:05}, {@code 1:02:03}. */
    static String text(Duration duration) {
        long seconds = duration.toSeconds();
        if (seconds < 10) {
            return String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1000.0);
        }
        if (seconds < 60) {
            return seconds + " s";
        }
        if (seconds < 3600) {
            return String.format(Locale.ROOT, "%d:%02d", seconds / 60, seconds % 60);
        }
        return String.format(Locale.ROOT, "%d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60);
    }

    /** As an estimate is said, no more exact than it is: {@code a few seconds}, {@code about 40 s}, {@code about 3 min}. */
    static String about(Duration duration) {
        long seconds = duration.toSeconds();
        if (seconds < 5) {
            return "a few seconds";
        }
        if (seconds < 55) {
            return "about " + (seconds + 5) / 10 * 10 + " s";
        }
        long minutes = (seconds + 30) / 60;
        if (minutes < 60) {
            return "about " + minutes + " min";
        }
        long tens = (minutes + 5) / 10 * 10;
        return "about " + tens / 60 + " h" + (tens % 60 == 0 ? "" : " " + tens % 60 + " min");
    }
}
