package org.sourceos.launcher.qemu;

import java.util.List;

/** What of the network a machine has. */
public sealed interface Network {
    /** Nothing but its own loopback. */
    record None() implements Network {}

    /** QEMU's user network: out as the calling user, in only through {@code forwards}. */
    record User(List<PortForward> forwards) implements Network {
        public User {
            forwards = List.copyOf(forwards);
        }
    }
}
