package org.sourceos.launcher;

/** A machine could not be started. The message says what, which, why and what to do next. */
public final class LaunchException extends Exception {
    private static final long serialVersionUID = 1;

    public LaunchException(String message) {
        super(message);
    }

    public LaunchException(String message, Throwable cause) {
        super(message, cause);
    }
}
