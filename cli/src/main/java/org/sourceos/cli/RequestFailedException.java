package org.sourceos.cli;

/** What was asked for is clear, and cannot be done as things stand: status 1. The message is complete. */
public final class RequestFailedException extends Exception {
    private static final long serialVersionUID = 1;

    public RequestFailedException(String message) {
        super(message);
    }
}
