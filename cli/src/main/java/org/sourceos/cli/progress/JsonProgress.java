package org.sourceos.cli.progress;

import com.google.gson.JsonObject;
import java.io.PrintStream;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.sourceos.rebuild.progress.StepListener;

/**
 * Progress for programs: one JSON object a line. Members: {@code event} ({@code started}, {@code output},
 * {@code progress}, {@code finished}, {@code warning}, {@code ready} for a machine that is up), {@code time} (RFC 3339, UTC), {@code step}, and by event
 * {@code estimate_ms}, {@code line}, {@code done}, {@code total} and {@code left_ms} (about, where somebody knows), {@code outcome} and {@code took_ms}, {@code message}.
 * Members may be added, never changed.
 */
final class JsonProgress implements StepListener {
    private final PrintStream out;
    private final Clock clock;
    private final Map<String, RunningStep> running = new ConcurrentHashMap<>();

    JsonProgress(PrintStream out, Clock clock) {
        this.out = out;
        this.clock = clock;
    }

    @Override
    public void started(String step, Optional<Duration> estimate) {
        running.put(step, new RunningStep(clock, estimate));
        JsonObject event = event("started", step);
        estimate.ifPresent(e -> event.addProperty("estimate_ms", e.toMillis()));
        write(event);
    }

    @Override
    public void output(String step, String line) {
        JsonObject event = event("output", step);
        event.addProperty("line", line);
        write(event);
    }

    @Override
    public void progress(String step, long done, long total) {
        JsonObject event = event("progress", step);
        event.addProperty("done", done);
        event.addProperty("total", total);
        RunningStep state = running.get(step);
        if (state != null) {
            state.at(done, total);
            state.left().ifPresent(left -> event.addProperty("left_ms", left.toMillis()));
        }
        write(event);
    }

    @Override
    public void finished(String step, Outcome outcome, Duration took) {
        running.remove(step);
        JsonObject event = event("finished", step);
        event.addProperty("outcome", outcome.name().toLowerCase(java.util.Locale.ROOT));
        event.addProperty("took_ms", took.toMillis());
        write(event);
    }

    @Override
    public void warning(String message) {
        JsonObject event = event("warning", "");
        event.remove("step");
        event.addProperty("message", message);
        write(event);
    }

    void machineReady(String name, Duration bootTook) {
        JsonObject event = event("ready", "run " + name);
        event.addProperty("took_ms", bootTook.toMillis());
        write(event);
    }

    private JsonObject event(String name, String step) {
        JsonObject event = new JsonObject();
        event.addProperty("event", name);
        event.addProperty("time", clock.instant().toString());
        event.addProperty("step", step);
        return event;
    }

    private void write(JsonObject event) {
        synchronized (out) {
            out.println(event);
            out.flush();
        }
    }
}
