package org.sourceos.host;

/**
 * How a program ended.
 *
 * @param exitStatus 0 to 255; 128 + signal number when a signal ended it
 * @param stdout its standard output as UTF-8 text, empty where that was sent elsewhere; the first 64 MiB
 * @param stderrTail the last 8 KiB of its standard error as UTF-8 text, empty where that was sent elsewhere
 */
public record ProcessResult(int exitStatus, String stdout, String stderrTail) {
    public boolean succeeded() {
        return exitStatus == 0;
    }
}
