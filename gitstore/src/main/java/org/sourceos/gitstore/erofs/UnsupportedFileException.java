package org.sourceos.gitstore.erofs;

import java.io.IOException;

/** A file with a property that EROFS cannot hold. */
public final class UnsupportedFileException extends IOException {
    private static final long serialVersionUID = 1;

    UnsupportedFileException(String message) {
        super(message);
    }
}
