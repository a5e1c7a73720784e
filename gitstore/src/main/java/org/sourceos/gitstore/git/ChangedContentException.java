package org.sourceos.gitstore.git;

import java.io.IOException;

/** A file's content was not the same when it was read again. */
public final class ChangedContentException extends IOException {
    private static final long serialVersionUID = 1L;

    public ChangedContentException() {
        super("it changed while it was read");
    }
}
