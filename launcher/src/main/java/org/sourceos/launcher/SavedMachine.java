package org.sourceos.launcher;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * What is kept of a machine that was saved while it waited for its program, or with its program standing still.
 *
 * @param ram its memory; never written to again, or the machines restored from it go wrong
 * @param state everything else of it, as QEMU's migration stream
 * @param said what its guest has said of its program by then; empty when there is none in it
 */
public record SavedMachine(Path ram, byte[] state, Optional<byte[]> said) {
    /** A restored machine that has not answered by then is given up; it takes 50 ms, on a host that is very busy a second. */
    public static final Duration RESTORE_LIMIT = Duration.ofSeconds(15);
}
