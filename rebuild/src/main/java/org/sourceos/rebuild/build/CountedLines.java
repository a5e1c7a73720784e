package org.sourceos.rebuild.build;

import java.time.Duration;
import java.util.Optional;
import org.sourceos.rebuild.progress.StepListener;

/**
 * Says how far a step is by the lines that it has printed, wherever somebody knows about how many it will be: a line is the
 * same work on every machine, a second is not. Told on as often as the percentage changes.
 */
final class CountedLines implements StepListener {
    private final StepListener listener;
    private final String step;
    private final String prefix;
    private final long expected;
    private long lines;
    private long told = -1;

    /**
     * @param prefix what lines begin with that count; empty if all do
     * @param expected 0 where nobody knows
     */
    CountedLines(StepListener listener, String step, String prefix, long expected) {
        this.listener = listener;
        this.step = step;
        this.prefix = prefix;
        this.expected = expected;
    }

    synchronized long lines() {
        return lines;
    }

    @Override
    public void output(String of, String line) {
        listener.output(of, line);
        if (of.equals(step) && line.startsWith(prefix)) {
            count();
        }
    }

    /** Says how much there is to do, where that is known, so that nobody takes the time for the measure first. */
    synchronized void begin() {
        tell();
    }

    private synchronized void count() {
        lines++;
        tell();
    }

    private void tell() {
        if (expected > 0) {
            long percent = 100 * Math.min(lines, expected) / expected;
            if (percent != told) {
                told = percent;
                listener.progress(step, Math.min(lines, expected), expected);
            }
        }
    }

    @Override
    public void started(String of, Optional<Duration> estimate) {
        listener.started(of, estimate);
    }

    @Override
    public void progress(String of, long done, long total) {
        listener.progress(of, done, total);
    }

    @Override
    public void finished(String of, Outcome outcome, Duration took) {
        listener.finished(of, outcome, took);
    }

    @Override
    public void warning(String message) {
        listener.warning(message);
    }
}
