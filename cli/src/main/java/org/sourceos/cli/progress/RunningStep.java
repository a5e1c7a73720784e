package org.sourceos.cli.progress;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A step that has begun: for how long it runs, how far it is, and about how long it still takes, by how long it took the last
 * time and by its pace so far. What is not known is not said, and an estimate that was wrong never claims to be at its end.
 */
final class RunningStep {
    private static final int MOST_PERCENT = 99;

    /** Before so much is done, a pace says nothing: the beginning of a build is not like the rest. */
    private static final double ENOUGH_FOR_A_PACE = 0.05;

    /** From here on what was before counts no more, only the pace. */
    private static final double ENOUGH_WITHOUT_A_PAST = 1 / 3.0;

    /** What a step may take beyond its estimate before that is worth a word. */
    private static final double LATE = 1.25;

    /** After all that was expected, a build still links what it made. */
    private static final double LATE_AT_THE_END = 1.1;

    private static final Duration LATE_AT_LEAST = Duration.ofSeconds(10);
    private static final int LONGEST_LINE = 200;

    private final Clock clock;
    private final Instant started;
    private final Optional<Duration> estimate;
    private String last = "";
    private long done;
    private long total;

    /** What is done before the first word of how far it is (unpacking, configuring) has a pace of its own. */
    private long paceFrom;

    private Duration paceSince = Duration.ZERO;

    /** When all that was expected was done. */
    private Optional<Duration> endSince = Optional.empty();

    RunningStep(Clock clock, Optional<Duration> estimate) {
        this.clock = clock;
        this.started = clock.instant();
        this.estimate = estimate.filter(e -> e.compareTo(Duration.ZERO) > 0);
    }

    void said(String line) {
        String clean = printable(line.strip());
        if (!clean.isBlank()) {
            last = clean;
        }
    }

    void at(long newDone, long newTotal) {
        if (newTotal != total || newDone < done || done == 0) {
            paceFrom = Math.max(0, newDone);
            paceSince = elapsed();
            endSince = Optional.empty();
        }
        done = Math.max(0, newDone);
        total = newTotal;
        if (total > 0 && done >= total && endSince.isEmpty()) {
            endSince = Optional.of(elapsed());
        }
    }

    /** What it last printed, without control characters; empty if nothing. */
    String last() {
        return last;
    }

    /** Not negative, whatever becomes of the clock. */
    Duration elapsed() {
        Duration elapsed = Duration.between(started, clock.instant());
        return elapsed.isNegative() ? Duration.ZERO : elapsed;
    }

    /** Below 100; empty where nobody knows. */
    OptionalInt percent() {
        if (total > 0) {
            return OptionalInt.of((int) Math.min(MOST_PERCENT, 100.0 * done / total));
        }
        return estimate.isPresent()
                ? OptionalInt.of((int) Math.min(MOST_PERCENT, 100 * ratio(elapsed(), estimate.get())))
                : OptionalInt.empty();
    }

    /** Positive; empty where nobody knows, or where what was known turned out wrong. */
    Optional<Duration> left() {
        Duration elapsed = elapsed();
        return whole(elapsed).map(whole -> whole.minus(elapsed)).filter(left -> left.compareTo(Duration.ZERO) > 0);
    }

    private Optional<Duration> whole(Duration elapsed) {
        Optional<Duration> paced = paced(elapsed);
        boolean overdue = estimate.isPresent() && elapsed.compareTo(estimate.get()) > 0;
        if (paced.isEmpty() || estimate.isEmpty() || overdue) {
            return paced.or(() -> estimate);
        }
        double weight = Math.min(1, (double) done / total / ENOUGH_WITHOUT_A_PAST);
        return Optional.of(scaled(paced.get(), weight).plus(scaled(estimate.get(), 1 - weight)));
    }

    private Optional<Duration> paced(Duration elapsed) {
        long moved = done - paceFrom;
        return total <= 0 || moved <= 0 || moved < ENOUGH_FOR_A_PACE * total
                ? Optional.empty()
                : Optional.of(elapsed.plus(
                        scaled(elapsed.minus(paceSince), (double) Math.max(0, total - done) / moved)));
    }

    private boolean isLate() {
        return isBeyond(endSince, LATE_AT_THE_END) || isBeyond(estimate, LATE);
    }

    private boolean isBeyond(Optional<Duration> expected, double times) {
        return expected.isPresent()
                && elapsed().compareTo(scaled(expected.get(), times)) > 0
                && elapsed().minus(expected.get()).compareTo(LATE_AT_LEAST) > 0;
    }

    /** How far it is: {@code 34 %, about 3 min left}, {@code 99 %, longer than expected}; empty where nobody knows. */
    String howFar() {
        List<String> parts = new ArrayList<>();
        percent().ifPresent(percent -> parts.add(percent + " %"));
        if (isLate()) {
            parts.add("longer than expected");
        }
        left().ifPresent(left -> parts.add(DurationText.about(left) + " left"));
        return String.join(", ", parts);
    }

    private static double ratio(Duration of, Duration to) {
        return (double) of.toMillis() / to.toMillis();
    }

    private static Duration scaled(Duration duration, double factor) {
        return Duration.ofMillis(Math.round(duration.toMillis() * factor));
    }

    /** What a build prints is not to be trusted with the terminal: no control characters. */
    private static String printable(String text) {
        StringBuilder clean = new StringBuilder();
        text.codePoints()
                .filter(c -> !Character.isISOControl(c))
                .limit(LONGEST_LINE)
                .forEach(clean::appendCodePoint);
        return clean.toString();
    }
}
