package org.sourceos.hooks.server;

/** A server that cannot be started, and why. */
public final class ServerException extends Exception {
    private static final long serialVersionUID = 1;

    public ServerException(String message) {
        super(message);
    }

    public ServerException(String message, Throwable cause) {
        super(message, cause);
    }
}
