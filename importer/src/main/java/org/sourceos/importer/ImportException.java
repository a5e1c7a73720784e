package org.sourceos.importer;

/** A system that cannot be imported. The message says what, which, why, and what to do next. */
public final class ImportException extends Exception {
    private static final long serialVersionUID = 1;

    public ImportException(String message) {
        super(message);
    }

    public ImportException(String message, Throwable cause) {
        super(message, cause);
    }
}
