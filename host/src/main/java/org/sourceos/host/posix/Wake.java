package org.sourceos.host.posix;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** What ends waiting: once rung, whoever waits with it stops, and nobody waits any more. Closed by who made it, last. */
public final class Wake implements AutoCloseable {
    private static final int EFD_CLOEXEC = 02000000;

    private final Handle handle;
    private volatile boolean rung;

    public Wake() throws PosixException {
        handle = new Handle((int) Native.check(Native.C.eventfd(0, EFD_CLOEXEC), "make an event"));
    }

    int number() {
        return handle.number();
    }

    boolean rung() {
        return rung;
    }

    boolean acquire() {
        return handle.acquire();
    }

    void release() {
        handle.release();
    }

    public void ring() {
        rung = true;
        if (handle.acquire()) {
            byte[] one = ByteBuffer.allocate(8)
                    .order(ByteOrder.nativeOrder())
                    .putLong(1)
                    .array();
            Native.C.write(handle.number(), one, one.length);
            handle.release();
        }
    }

    @Override
    public void close() {
        ring();
        handle.close();
    }
}
