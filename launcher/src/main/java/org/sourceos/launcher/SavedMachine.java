package org.sourceos.launcher;

import java.nio.file.Path;

/**
 * What is kept of a machine that waited for its program when it was saved.
 *
 * @param ram its memory; never written to again, or the machines restored from it go wrong
 * @param state everything else of it, as QEMU's migration stream
 */
public record SavedMachine(Path ram, byte[] state) {}
