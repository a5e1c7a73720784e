package org.sourceos.hooks.server;

import java.time.Duration;

/**
 * How much one server gives.
 *
 * @param connections at a time; more are closed at once
 * @param unauthenticated how long a connection may stay without saying whose it is
 * @param attempts keys that one connection may offer
 * @param idle how long nothing may pass over a connection; git itself sends something every few seconds while hooks run
 * @param packBytes the largest pack that is taken, unless {@code trust/} says otherwise
 * @param closureBytes the largest pack of what was built elsewhere, unless {@code trust/} says otherwise
 */
public record Limits(
        int connections, Duration unauthenticated, int attempts, Duration idle, long packBytes, long closureBytes) {
    /**
     * A configuration is text: thousands of commits of one are a few megabytes of pack. 64 MiB leave room for pictures and
     * small sources beside it, and are little for a disk.
     */
    public static final Limits DEFAULT =
            new Limits(64, Duration.ofSeconds(20), 3, Duration.ofMinutes(10), 64L << 20, 32L << 30);

    public Limits {
        if (connections < 1
                || attempts < 1
                || packBytes < 1
                || closureBytes < 1
                || unauthenticated.isNegative()
                || idle.isNegative()) {
            throw new IllegalArgumentException("a server that serves nobody");
        }
    }
}
