package org.sourceos.rebuild.sandbox;

import java.time.Duration;

/** How a program in a sandbox ended. */
public sealed interface SandboxOutcome {
    /** By itself: 0 to 255, 128 + signal number for a signal. */
    record Exited(int status) implements SandboxOutcome {}

    record TimedOut(Duration limit) implements SandboxOutcome {}

    /** @param what it used too much of, and how much that was allowed to be: {@code "printed more than 64 MiB"} */
    record Exceeded(String what) implements SandboxOutcome {}

    default boolean succeeded() {
        return this instanceof Exited exited && exited.status() == 0;
    }
}
