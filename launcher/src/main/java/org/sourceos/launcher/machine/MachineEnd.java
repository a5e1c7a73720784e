package org.sourceos.launcher.machine;

/**
 * How a machine's program ended, the last time.
 *
 * @param status as {@code run} would have ended with
 * @param message why, where the program had no say in it; else empty
 */
public record MachineEnd(int status, String message) {}
