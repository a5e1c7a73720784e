package org.sourceos.cli;

/** Options that do not go together or do not mean anything here: status 2. The message is complete. */
public final class UsageException extends Exception {
    private static final long serialVersionUID = 1;

    public UsageException(String message) {
        super(message);
    }
}
