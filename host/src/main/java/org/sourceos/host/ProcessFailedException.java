package org.sourceos.host;

import java.io.IOException;

/** A program that was expected to end with status 0 and did not, was killed at its time limit, or could not be started. */
public final class ProcessFailedException extends IOException {
    private static final long serialVersionUID = 1;

    private final int exitStatus;
    private final boolean timedOut;

    ProcessFailedException(String message, int exitStatus, boolean timedOut) {
        super(message);
        this.exitStatus = exitStatus;
        this.timedOut = timedOut;
    }

    /** The status the program ended with; 127 when it was not found, 126 when it could not be executed. */
    public int exitStatus() {
        return exitStatus;
    }

    public boolean timedOut() {
        return timedOut;
    }
}
