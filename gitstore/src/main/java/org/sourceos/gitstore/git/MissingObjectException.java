package org.sourceos.gitstore.git;

import java.io.IOException;
import org.sourceos.gitstore.ObjectName;

/** An object that something refers to and the repository does not have. */
public final class MissingObjectException extends IOException {
    private static final long serialVersionUID = 1;

    public MissingObjectException(ObjectName name) {
        super("object " + name + " is missing");
    }
}
