package org.sourceos.launcher.qemu;

import java.util.List;

/** What of the network a machine has. */
public sealed interface Network {
    /** Nothing but its own loopback. */
    record None() implements Network {}

    /**
     * QEMU's user network: out as the calling user, in only through {@code forwards}.
     *
     * @param isolated whether there is no way out, only in
     */
    record User(List<PortForward> forwards, boolean isolated) implements Network {
        public User {
            forwards = List.copyOf(forwards);
        }

        public User(List<PortForward> forwards) {
            this(forwards, false);
        }
    }
}
