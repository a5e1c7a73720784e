package org.sourceos.rebuild.sandbox;

import java.time.Duration;

/**
 * How much a program in a sandbox may use before it is ended.
 *
 * @param timeout wall clock
 * @param memoryMib resident memory of all its processes together, and the data size of each; 0 for no limit
 * @param logBytes what it may print
 * @param fileBytes the size of any one file it writes
 * @param freeDiskBytes what must stay free on the disk that it builds on
 * @param processes how many it may be at once
 */
public record SandboxLimits(
        Duration timeout, int memoryMib, long logBytes, long fileBytes, long freeDiskBytes, int processes) {
    private static final long MIB = 1L << 20;

    public static SandboxLimits of(Duration timeout, int memoryMib) {
        return new SandboxLimits(timeout, memoryMib, 64 * MIB, 8192 * MIB, 256 * MIB, 4096);
    }

    public SandboxLimits withTimeout(Duration shorter) {
        return new SandboxLimits(shorter, memoryMib, logBytes, fileBytes, freeDiskBytes, processes);
    }
}
