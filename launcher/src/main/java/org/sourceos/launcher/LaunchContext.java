package org.sourceos.launcher;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.random.RandomGenerator;
import org.sourceos.host.ProcessRunner;
import org.sourceos.launcher.confine.Confinement;

/**
 * What a machine is started with besides its own description.
 *
 * @param runtimeDirectory where a machine has its sockets for the moment in which QEMU connects; a short path
 * @param bootDeadline after which a guest that is not ready is given up
 * @param random a cryptographic one: guests are seeded from it
 */
public record LaunchContext(
        ProcessRunner processes,
        Path runtimeDirectory,
        Duration bootDeadline,
        Clock clock,
        RandomGenerator random,
        Confinement confinement) {
    /** Ample for a loaded host without KVM: a boot takes about a second. */
    public static final Duration DEFAULT_BOOT_DEADLINE = Duration.ofSeconds(30);

    /** Without confinement. */
    public LaunchContext(
            ProcessRunner processes,
            Path runtimeDirectory,
            Duration bootDeadline,
            Clock clock,
            RandomGenerator random) {
        this(processes, runtimeDirectory, bootDeadline, clock, random, Confinement.none(runtimeDirectory));
    }

    public LaunchContext withBootDeadline(Duration deadline) {
        return new LaunchContext(processes, runtimeDirectory, deadline, clock, random, confinement);
    }
}
