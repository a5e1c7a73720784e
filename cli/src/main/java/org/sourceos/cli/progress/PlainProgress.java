package org.sourceos.cli.progress;

import java.io.PrintStream;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.sourceos.rebuild.progress.StepListener;

/**
 * Progress for logs, pipes and whoever pushes: a line when a step starts, a line when it ends, and of one that takes long a
 * line now and then that says how far it is. These come rarer the longer it takes, about ten for a build of some minutes:
 * somebody will read the log of them all.
 */
final class PlainProgress implements StepListener {
    private static final Duration AT_MOST_EVERY = Duration.ofSeconds(30);

    /** The next line of a step is due when this part of what it has taken until its last one has passed again. */
    private static final int PART = 3;

    private static final int LONGEST_LINE = 80;

    private final PrintStream err;
    private final Clock clock;
    private final Map<String, Watched> running = new LinkedHashMap<>();

    private static final class Watched {
        final RunningStep step;
        Duration due = AT_MOST_EVERY;

        Watched(RunningStep step) {
            this.step = step;
        }
    }

    PlainProgress(PrintStream err, Clock clock) {
        this.err = err;
        this.clock = clock;
    }

    @Override
    public synchronized void started(String step, Optional<Duration> estimate) {
        running.put(step, new Watched(new RunningStep(clock, estimate)));
        line(step + estimate.map(e -> ", " + DurationText.about(e)).orElse(""));
    }

    @Override
    public synchronized void output(String step, String line) {
        Watched watched = running.get(step);
        if (watched != null) {
            watched.step.said(line);
        }
    }

    @Override
    public synchronized void progress(String step, long done, long total) {
        Watched watched = running.get(step);
        if (watched != null) {
            watched.step.at(done, total);
        }
    }

    /** Says of each step whose time has come how far it is; to be called now and then. */
    synchronized void look() {
        running.forEach((name, watched) -> {
            Duration elapsed = watched.step.elapsed();
            if (elapsed.compareTo(watched.due) >= 0) {
                Duration pause = elapsed.dividedBy(PART);
                watched.due = elapsed.plus(pause.compareTo(AT_MOST_EVERY) > 0 ? pause : AT_MOST_EVERY);
                line(name + ": " + DurationText.text(elapsed) + " so far" + described(watched.step));
            }
        });
    }

    private static String described(RunningStep step) {
        String howFar = step.howFar();
        if (!howFar.isEmpty()) {
            return ", " + howFar;
        }
        String last = step.last();
        return last.isEmpty()
                ? ""
                : "; last: " + (last.length() > LONGEST_LINE ? last.substring(0, LONGEST_LINE) + "…" : last);
    }

    @Override
    public synchronized void finished(String step, Outcome outcome, Duration took) {
        running.remove(step);
        String how = switch (outcome) {
            case DONE -> " done, ";
            case FAILED -> " failed after ";
            case CANCELLED -> " stopped after ";
        };
        line(step + how + DurationText.text(took));
    }

    @Override
    public synchronized void warning(String message) {
        line("warning: " + message);
    }

    private void line(String text) {
        synchronized (err) {
            err.println("sourceos: " + text);
            err.flush();
        }
    }
}
