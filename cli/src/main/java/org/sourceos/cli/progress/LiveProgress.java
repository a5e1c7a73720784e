package org.sourceos.cli.progress;

import java.io.PrintStream;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sourceos.rebuild.progress.StepListener;

/**
 * Progress for a person at a terminal: one line for each running step, redrawn in place four times a second with its
 * elapsed time, how far it is and about how long it still takes, where that is known, and what it last said; a line that
 * stays for each step that took noticeable time. Nothing at all is drawn for the first moments, so that what is quick stays
 * quiet.
 */
final class LiveProgress implements StepListener, AutoCloseable {
    static final Duration REDRAW = Duration.ofMillis(250);
    private static final Duration WORTH_A_LINE = Duration.ofMillis(700);
    private static final int WIDTH = 100;

    private final PrintStream err;
    private final boolean colour;
    private final int width;
    private final Clock clock;
    private final Map<String, RunningStep> running = new LinkedHashMap<>();
    private int drawnLines;
    private boolean closed;

    LiveProgress(PrintStream err, boolean colour, @Nullable Integer columns, Clock clock) {
        this.err = err;
        this.colour = colour;
        this.width = Math.max(40, columns == null ? WIDTH : columns);
        this.clock = clock;
    }

    @Override
    public synchronized void started(String step, Optional<Duration> estimate) {
        running.put(step, new RunningStep(clock, estimate));
    }

    @Override
    public synchronized void output(String step, String line) {
        RunningStep state = running.get(step);
        if (state != null) {
            state.said(line);
        }
    }

    @Override
    public synchronized void progress(String step, long done, long total) {
        RunningStep state = running.get(step);
        if (state != null) {
            state.at(done, total);
        }
    }

    @Override
    public synchronized void finished(String step, Outcome outcome, Duration took) {
        running.remove(step);
        if (outcome != Outcome.DONE || took.compareTo(WORTH_A_LINE) > 0) {
            erase();
            String mark = switch (outcome) {
                case DONE -> paint("32", "✓");
                case FAILED -> paint("31", "✗");
                case CANCELLED -> paint("33", "–");
            };
            err.println(mark + " " + step + "  " + paint("2", DurationText.text(took)));
            draw();
        }
    }

    @Override
    public synchronized void warning(String message) {
        erase();
        err.println(paint("33", "warning: ") + message);
        draw();
    }

    /** Takes the live lines away; nothing is drawn afterwards. */
    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            erase();
            err.flush();
        }
    }

    /** Draws what is running anew; to be called every {@link #REDRAW}. */
    synchronized void look() {
        if (!closed) {
            erase();
            draw();
        }
    }

    private void erase() {
        if (drawnLines > 0) {
            err.print("\033[" + drawnLines + "A\033[J");
            drawnLines = 0;
        }
    }

    private void draw() {
        if (closed) {
            return;
        }
        running.forEach((name, step) -> {
            Duration elapsed = step.elapsed();
            if (elapsed.compareTo(REDRAW) < 0) {
                return;
            }
            String howFar = step.howFar();
            String line = "  " + name + "  " + DurationText.text(elapsed) + (howFar.isEmpty() ? "" : "  " + howFar);
            int room = width - line.length() - 3;
            String last = room > 8
                    ? step.last().substring(0, Math.min(room, step.last().length()))
                    : "";
            err.println(line.substring(0, Math.min(width - 1, line.length()))
                    + (last.isEmpty() ? "" : "  " + paint("2", last)));
            drawnLines++;
        });
        err.flush();
    }

    private String paint(String code, String text) {
        return colour ? "\033[" + code + "m" + text + "\033[0m" : text;
    }
}
