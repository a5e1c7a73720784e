package org.sourceos.host.posix;

/**
 * A descriptor's number and who uses it just now: closed when its owner has closed it and nobody is in a call with it any
 * more, because the kernel gives a closed number to the next file that is opened.
 */
final class Handle {
    private final int number;
    private int users;
    private boolean closed;

    Handle(int number) {
        this.number = number;
    }

    int number() {
        return number;
    }

    /** Begins a use, to be ended by {@link #release}; false when it is closed. */
    synchronized boolean acquire() {
        if (closed) {
            return false;
        }
        users++;
        return true;
    }

    synchronized void release() {
        users--;
        closeUnused();
    }

    synchronized void close() {
        if (!closed) {
            closed = true;
            closeUnused();
        }
    }

    private void closeUnused() {
        if (closed && users == 0) {
            Native.C.close(number);
        }
    }
}
