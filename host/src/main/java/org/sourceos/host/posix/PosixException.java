package org.sourceos.host.posix;

import java.io.IOException;

/** A system call that failed: its message has the call's purpose, the path and the C library's text for the error. */
public final class PosixException extends IOException {
    private static final long serialVersionUID = 1;

    private final int errno;

    PosixException(String message, int errno) {
        super(message);
        this.errno = errno;
    }

    /** The error number ({@code errno(3)}), of the generic Linux table. */
    public int errno() {
        return errno;
    }
}
