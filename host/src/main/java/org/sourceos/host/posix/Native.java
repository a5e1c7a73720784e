package org.sourceos.host.posix;

import jnr.ffi.LastError;
import jnr.ffi.LibraryLoader;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;

/** The calls, their numbers on 64-bit Linux (of generic architectures), and how they fail. */
final class Native {
    static final int POLLIN = 1;
    static final int POLLOUT = 4;
    static final int F_SETFD = 2;
    static final int FD_CLOEXEC = 1;
    static final int EIO = 5;
    private static final int EINTR = 4;
    private static final int EAGAIN = 11;
    private static final int POLLFD_SIZE = 8;

    static final SocketCalls C = LibraryLoader.create(SocketCalls.class).load("c");
    static final Runtime RUNTIME = Runtime.getRuntime(C);

    private static final ThreadLocal<Pointer> POLL_SET = ThreadLocal.withInitial(() -> memory(2 * POLLFD_SIZE));

    private Native() {}

    static int errno() {
        return LastError.getLastError(RUNTIME);
    }

    /** Whether the call just failed for a reason that is none. */
    static boolean again() {
        int errno = errno();
        return errno == EINTR || errno == EAGAIN;
    }

    static long check(long result, String purpose) throws PosixException {
        if (result < 0) {
            int errno = errno();
            throw new PosixException("cannot " + purpose + ": " + C.strerror(errno), errno);
        }
        return result;
    }

    static Pointer memory(int size) {
        return Memory.allocateDirect(RUNTIME, size, true);
    }

    /** Waits until the descriptor can be read or written (or has failed, which the next call tells); false if woken. */
    static boolean await(int fd, int events, Wake wake) throws PosixException {
        if (!wake.acquire()) {
            return false;
        }
        try {
            return awaitOpen(fd, events, wake);
        } finally {
            wake.release();
        }
    }

    private static boolean awaitOpen(int fd, int events, Wake wake) throws PosixException {
        Pointer set = POLL_SET.get();
        set.putInt(0, fd);
        set.putShort(4, (short) events);
        set.putInt(POLLFD_SIZE, wake.number());
        set.putShort(POLLFD_SIZE + 4, (short) POLLIN);
        while (true) {
            if (wake.rung()) {
                return false;
            }
            int ready = C.poll(set, 2, -1);
            if (ready < 0 && again()) {
                continue;
            }
            check(ready, "wait for input or output");
            return set.getShort(POLLFD_SIZE + 6) == 0;
        }
    }
}
