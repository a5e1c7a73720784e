package org.sourceos.cli.service;

import java.io.IOException;

/** What came from a client is not what the protocol says; the connection is given up. */
final class ProtocolException extends IOException {
    private static final long serialVersionUID = 1;

    ProtocolException(String message) {
        super(message);
    }
}
