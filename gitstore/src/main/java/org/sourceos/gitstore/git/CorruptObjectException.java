package org.sourceos.gitstore.git;

import java.io.IOException;

/** An object, pack or ref whose bytes are not what git would have written. */
public final class CorruptObjectException extends IOException {
    private static final long serialVersionUID = 1;

    public CorruptObjectException(String message) {
        super(message);
    }

    public CorruptObjectException(String message, Throwable cause) {
        super(message, cause);
    }
}
