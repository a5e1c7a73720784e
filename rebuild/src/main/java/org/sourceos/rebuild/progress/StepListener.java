package org.sourceos.rebuild.progress;

import java.time.Duration;
import java.util.Optional;

/**
 * Told what the build is doing; called from several threads at once, must not block for long. {@code cli} draws lines or
 * writes JSON from it.
 */
public interface StepListener {
    /** What a step did in the end. */
    enum Outcome {
        DONE,
        FAILED,
        CANCELLED
    }

    /**
     * @param step unique while it runs: {@code fetch hello}, {@code base debian-12}, {@code kernel linux}, {@code build jq}
     * @param estimate what it took the last time, where that is known
     */
    void started(String step, Optional<Duration> estimate);

    /** A line of the step's output. */
    void output(String step, String line);

    /**
     * How far it is; {@code total} is 0 where it is not known. Units are the step's own; of a build, lines of its output, of
     * which nobody knows before how many there will be: a step may be done before {@code done} is {@code total}, and go on
     * after.
     */
    void progress(String step, long done, long total);

    void finished(String step, Outcome outcome, Duration took);

    /** Something the user should know that stops nothing. */
    void warning(String message);
}
