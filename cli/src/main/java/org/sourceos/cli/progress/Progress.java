package org.sourceos.cli.progress;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sourceos.cli.CommandContext;
import org.sourceos.rebuild.progress.StepListener;

/** Chooses how a command shows its progress, and takes it off the screen when the command is done. */
public final class Progress implements AutoCloseable {
    private static final Duration GLANCE = Duration.ofSeconds(1);

    private final List<StepListener> listeners;
    private final List<AutoCloseable> owned;

    private Progress(List<StepListener> listeners, List<AutoCloseable> owned) {
        this.listeners = listeners;
        this.owned = owned;
    }

    /**
     * @param json events as JSON lines on standard error, instead of text
     * @param fd a file descriptor of the caller's that gets the JSON lines too; null for none
     */
    public static Progress of(CommandContext context, boolean json, @Nullable Integer fd) throws IOException {
        List<StepListener> listeners = new java.util.ArrayList<>();
        List<AutoCloseable> owned = new java.util.ArrayList<>();
        if (json) {
            listeners.add(new JsonProgress(context.err(), context.clock()));
        } else if (context.liveOutput()) {
            LiveProgress live = new LiveProgress(context.err(), context.colour(), columns(context), context.clock());
            listeners.add(live);
            owned.add(new Ticker(LiveProgress.REDRAW, live::look));
            owned.add(live);
        } else {
            PlainProgress plain = new PlainProgress(context.err(), context.clock());
            listeners.add(plain);
            owned.add(new Ticker(GLANCE, plain::look));
        }
        if (fd != null) {
            PrintStream stream = new PrintStream(
                    Files.newOutputStream(Path.of("/proc/self/fd/" + fd), StandardOpenOption.WRITE),
                    false,
                    StandardCharsets.UTF_8);
            listeners.add(new JsonProgress(stream, context.clock()));
            owned.add(stream);
        }
        return new Progress(listeners, owned);
    }

    private static @Nullable Integer columns(CommandContext context) {
        try {
            return Integer.valueOf(context.environment().getOrDefault("COLUMNS", ""));
        } catch (NumberFormatException e) {
            return null;
        }
    }

    /** Tells programs that listen (not people) that a machine is up, and how long it took from the start of QEMU. */
    public void machineReady(String name, Duration bootTook) {
        for (StepListener listener : listeners) {
            if (listener instanceof JsonProgress json) {
                json.machineReady(name, bootTook);
            }
        }
    }

    public StepListener listener() {
        return new StepListener() {
            @Override
            public void started(String step, Optional<Duration> estimate) {
                listeners.forEach(l -> l.started(step, estimate));
            }

            @Override
            public void output(String step, String line) {
                listeners.forEach(l -> l.output(step, line));
            }

            @Override
            public void progress(String step, long done, long total) {
                listeners.forEach(l -> l.progress(step, done, total));
            }

            @Override
            public void finished(String step, Outcome outcome, Duration took) {
                listeners.forEach(l -> l.finished(step, outcome, took));
            }

            @Override
            public void warning(String message) {
                listeners.forEach(l -> l.warning(message));
            }
        };
    }

    @Override
    public void close() {
        for (AutoCloseable resource : owned) {
            try {
                resource.close();
            } catch (Exception e) {
                // A listener's pipe that broke must not turn a finished build into a failed one.
            }
        }
    }
}
