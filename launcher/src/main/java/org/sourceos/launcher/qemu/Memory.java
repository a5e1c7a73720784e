package org.sourceos.launcher.qemu;

import java.nio.file.Path;

/** Where a machine's memory is, and with that how its life begins. */
public sealed interface Memory {
    /** Nobody else's; the machine boots. */
    record Private() implements Memory {}

    /** A file that takes all of it, so that it can be saved; the machine boots. */
    record Recorded(Path file) implements Memory {}

    /** A copy, made page by page as it is written to, of such a file; the machine waits for the rest of its state. */
    record Restored(Path file) implements Memory {}
}
