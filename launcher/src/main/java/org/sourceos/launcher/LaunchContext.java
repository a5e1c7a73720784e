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
 * @param confinement how QEMU is kept from the host
 * @param started told of QEMU's process as soon as there is one
 */
public record LaunchContext(
        ProcessRunner processes,
        Path runtimeDirectory,
        Duration bootDeadline,
        Clock clock,
        RandomGenerator random,
        Confinement confinement,
        Started started) {
    /** Ample for a loaded host without KVM: a boot takes about a second. */
    public static final Duration DEFAULT_BOOT_DEADLINE = Duration.ofSeconds(30);

    /** Told of a process that runs already. */
    @FunctionalInterface
    public interface Started {
        void with(long pid) throws LaunchException;
    }

    /** Nobody is told. */
    public LaunchContext(
            ProcessRunner processes,
            Path runtimeDirectory,
            Duration bootDeadline,
            Clock clock,
            RandomGenerator random,
            Confinement confinement) {
        this(processes, runtimeDirectory, bootDeadline, clock, random, confinement, pid -> {});
    }

    /** Nobody is told, and without confinement. */
    public LaunchContext(
            ProcessRunner processes,
            Path runtimeDirectory,
            Duration bootDeadline,
            Clock clock,
            RandomGenerator random) {
        this(processes, runtimeDirectory, bootDeadline, clock, random, Confinement.none(runtimeDirectory));
    }

    public LaunchContext withBootDeadline(Duration deadline) {
        return new LaunchContext(processes, runtimeDirectory, deadline, clock, random, confinement, started);
    }

    public LaunchContext telling(Started other) {
        return new LaunchContext(processes, runtimeDirectory, bootDeadline, clock, random, confinement, other);
    }
}
