package org.sourceos.cli.progress;

import java.io.PrintStream;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sourceos.rebuild.progress.StepListener;

/**
 * Progress for a person at a terminal: one line for each running step, redrawn in place four times a second with its
 * elapsed time, the estimate or percentage where there is one, and what it last said; a line that stays for each step that
 * took noticeable time. Nothing at all is drawn for the first moments, so that what is quick stays quiet.
 */
final class LiveProgress implements StepListener, AutoCloseable {
    private static final long REDRAW_MILLIS = 250;
    private static final Duration WORTH_A_LINE = Duration.ofMillis(700);
    private static final int WIDTH = 100;

    private final PrintStream err;
    private final boolean colour;
    private final int width;
    private final Map<String, Running> running = new LinkedHashMap<>();
    private final Thread ticker;
    private int drawnLines;
    private boolean closed;

    private static final class Running {
        final long startedNanos = System.nanoTime();
        final Optional<Duration> estimate;
        String last = "";
        long done;
        long total;

        Running(Optional<Duration> estimate) {
            this.estimate = estimate;
        }

        Duration elapsed() {
            return Duration.ofNanos(System.nanoTime() - startedNanos);
        }
    }

    LiveProgress(PrintStream err, boolean colour, @Nullable Integer columns) {
        this.err = err;
        this.colour = colour;
        this.width = Math.max(40, columns == null ? WIDTH : columns);
        this.ticker = new Thread(this::tick, "progress");
        ticker.setDaemon(true);
        ticker.start();
    }

    @Override
    public synchronized void started(String step, Optional<Duration> estimate) {
        running.put(step, new Running(estimate));
    }

    @Override
    public synchronized void output(String step, String line) {
        Running state = running.get(step);
        if (state != null && !line.isBlank()) {
            state.last = printable(line.strip());
        }
    }

    @Override
    public synchronized void progress(String step, long done, long total) {
        Running state = running.get(step);
        if (state != null) {
            state.done = done;
            state.total = total;
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
            err.println(mark + " " + step + "  " + paint("2", Durations.text(took)));
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
            ticker.interrupt();
        }
    }

    private void tick() {
        try {
            while (true) {
                Thread.sleep(REDRAW_MILLIS);
                synchronized (this) {
                    if (closed) {
                        return;
                    }
                    erase();
                    draw();
                }
            }
        } catch (InterruptedException e) {
            // closed
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
        for (Map.Entry<String, Running> entry : running.entrySet()) {
            Running state = entry.getValue();
            Duration elapsed = state.elapsed();
            if (elapsed.toMillis() < REDRAW_MILLIS) {
                continue;
            }
            StringBuilder line = new StringBuilder("  " + entry.getKey() + "  " + Durations.text(elapsed));
            if (state.total > 0) {
                line.append("  ")
                        .append(Math.min(100, 100 * state.done / state.total))
                        .append(" %");
            } else {
                state.estimate.ifPresent(e -> line.append(" of about ").append(Durations.text(e)));
            }
            int room = width - line.length() - 3;
            String last = room > 8 ? state.last.substring(0, Math.min(room, state.last.length())) : "";
            err.println(line + (last.isEmpty() ? "" : "  " + paint("2", last)));
            drawnLines++;
        }
        err.flush();
    }

    private String paint(String code, String text) {
        return colour ? "\033[" + code + "m" + text + "\033[0m" : text;
    }

    /** What a build prints is not to be trusted with the terminal: no control characters. */
    private static String printable(String text) {
        StringBuilder clean = new StringBuilder();
        text.codePoints().filter(c -> !Character.isISOControl(c)).limit(200).forEach(clean::appendCodePoint);
        return clean.toString();
    }
}
