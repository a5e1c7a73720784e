package org.sourceos.gitstore;

/** Why the store could not do what was asked: what, which, why, what to do next, in one message for the terminal. */
public class StoreException extends Exception {
    private static final long serialVersionUID = 1;

    public StoreException(String message) {
        super(message);
    }

    public StoreException(String message, Throwable cause) {
        super(message, cause);
    }
}
