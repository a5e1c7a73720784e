package org.sourceos.cli.progress;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Optional;
import org.sourceos.rebuild.progress.StepListener;

/** Progress for logs and pipes: a line when a step starts, a line when it ends, nothing in between. */
final class PlainProgress implements StepListener {
    private final PrintStream err;

    PlainProgress(PrintStream err) {
        this.err = err;
    }

    @Override
    public void started(String step, Optional<Duration> estimate) {
        line(step + estimate.map(e -> " (about " + Durations.text(e) + ")").orElse(""));
    }

    @Override
    public void output(String step, String line) {}

    @Override
    public void progress(String step, long done, long total) {}

    @Override
    public void finished(String step, Outcome outcome, Duration took) {
        String how = switch (outcome) {
            case DONE -> " done, ";
            case FAILED -> " failed after ";
            case CANCELLED -> " stopped after ";
        };
        line(step + how + Durations.text(took));
    }

    @Override
    public void warning(String message) {
        line("warning: " + message);
    }

    private void line(String text) {
        synchronized (err) {
            err.println("sourceos: " + text);
            err.flush();
        }
    }
}
