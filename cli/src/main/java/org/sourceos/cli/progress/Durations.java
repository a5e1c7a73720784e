package org.sourceos.cli.progress;

import java.time.Duration;
import java.util.Locale;

/** Durations as people read them. */
final class Durations {
    private Durations() {}

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
}
