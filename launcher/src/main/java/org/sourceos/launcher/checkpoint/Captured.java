package org.sourceos.launcher.checkpoint;

import java.time.Duration;
import java.util.List;

/**
 * A running machine's state at one moment; its memory is in a file.
 *
 * @param state everything but the memory, for {@link Loading}
 * @param pause for how long its processors stood still
 * @param took from the first page to the last
 * @param connections its network connections then, in words
 */
public record Captured(byte[] state, QemuIdentity qemu, Duration pause, Duration took, List<String> connections) {
    public Captured {
        connections = List.copyOf(connections);
    }
}
