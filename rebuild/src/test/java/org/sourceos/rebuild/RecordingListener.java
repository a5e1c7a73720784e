package org.sourceos.rebuild;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.sourceos.rebuild.progress.StepListener;

/** Keeps what it is told. */
public final class RecordingListener implements StepListener {
    public final List<String> warnings = new CopyOnWriteArrayList<>();
    public final List<String> output = new CopyOnWriteArrayList<>();
    public volatile long done;
    public volatile long total;

    @Override
    public void started(String step, Optional<Duration> estimate) {}

    @Override
    public void output(String step, String line) {
        output.add(line);
    }

    @Override
    public void progress(String step, long newDone, long newTotal) {
        done = newDone;
        total = newTotal;
    }

    @Override
    public void finished(String step, Outcome outcome, Duration took) {}

    @Override
    public void warning(String message) {
        warnings.add(message);
    }
}
