package org.sourceos.rebuild.source;

import java.time.Duration;
import java.util.Optional;
import org.sourceos.rebuild.progress.StepListener;

/** For what is done too quickly to be told of. */
final class SilentListener implements StepListener {
    @Override
    public void started(String step, Optional<Duration> estimate) {}

    @Override
    public void output(String step, String line) {}

    @Override
    public void progress(String step, long done, long total) {}

    @Override
    public void finished(String step, Outcome outcome, Duration took) {}

    @Override
    public void warning(String message) {}
}
