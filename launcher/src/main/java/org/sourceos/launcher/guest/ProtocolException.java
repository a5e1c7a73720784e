package org.sourceos.launcher.guest;

import java.io.IOException;

/** A guest has said something that the protocol does not have. Its machine is not to be trusted any further. */
public final class ProtocolException extends IOException {
    private static final long serialVersionUID = 1;

    ProtocolException(String message) {
        super(message);
    }
}
