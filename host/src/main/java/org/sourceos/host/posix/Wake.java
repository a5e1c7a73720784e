package org.sourceos.host.posix;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** What ends waiting: once rung, whoever waits with it stops, and nobody waits any more. Closed by who made it, last. */
public final class Wake implements AutoCloseable {
    private static final int EFD_CLOEXEC = 02000000;

    private final int number;
    private volatile boolean rung;
    private boolean closed;

    public Wake() throws PosixException {
        number = (int) Native.check(Native.C.eventfd(0, EFD_CLOEXEC), "make an event");
    }

    int number() {
        return number;
    }

    boolean rung() {
        return rung;
    }

    public synchronized void ring() {
        rung = true;
        if (!closed) {
            Native.C.write(
                    number,
                    ByteBuffer.allocate(8)
                            .order(ByteOrder.nativeOrder())
                            .putLong(1)
                            .array(),
                    8);
        }
    }

    @Override
    public synchronized void close() {
        ring();
        if (!closed) {
            closed = true;
            Native.C.close(number);
        }
    }
}
