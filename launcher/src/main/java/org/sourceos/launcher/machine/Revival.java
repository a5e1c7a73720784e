package org.sourceos.launcher.machine;

import java.nio.file.Path;
import java.util.Optional;
import org.sourceos.launcher.checkpoint.QemuIdentity;
import org.sourceos.launcher.guest.Mark;

/**
 * From where a machine goes on that is restored.
 *
 * @param ram its memory; not needed any more once the machine runs
 * @param hostname another one than it had; with it it gets a machine id of its own
 * @param origin for the log
 */
record Revival(Path ram, byte[] state, QemuIdentity savedBy, Mark mark, Optional<String> hostname, String origin) {}
