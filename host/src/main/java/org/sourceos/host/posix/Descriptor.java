package org.sourceos.host.posix;

import java.io.IOException;
import java.util.Arrays;

/**
 * An open file that came from elsewhere, as a number. Its owner closes it, once; whoever waits in {@link #read} or
 * {@link #write} is woken by its {@link Wake} before that.
 *
 * <p>No call blocks but in poll(2), so that a reader can be woken, and what it did not read stays for the next one.
 */
public final class Descriptor implements AutoCloseable {
    /** What a pipe that is said to be writable takes without waiting (PIPE_BUF of pipe(7)). */
    static final int AT_ONCE = 4096;

    private final Handle handle;

    Descriptor(int number) {
        this.handle = new Handle(number);
    }

    /** One that this process was started with, as systemd hands over sockets (sd_listen_fds(3)). */
    public static Descriptor inherited(int number) throws PosixException {
        Native.check(
                Native.C.fcntl(number, Native.F_SETFD, Native.FD_CLOEXEC), "use the inherited descriptor " + number);
        return new Descriptor(number);
    }

    int number() {
        return handle.number();
    }

    /** @return how many bytes; -1 at the end, and when {@code wake} rang */
    int read(byte[] bytes, int from, int length, Wake wake) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (!handle.acquire()) {
            return -1;
        }
        try {
            return readOpen(bytes, from, length, wake);
        } finally {
            handle.release();
        }
    }

    private int readOpen(byte[] bytes, int from, int length, Wake wake) throws IOException {
        byte[] buffer = from == 0 && length == bytes.length ? bytes : new byte[Math.min(length, 1 << 16)];
        while (true) {
            if (!Native.await(number(), Native.POLLIN, wake)) {
                return -1;
            }
            long n = Native.C.read(number(), buffer, Math.min(length, buffer.length));
            if (n < 0 && Native.again()) {
                continue;
            }
            // A terminal whose other end is gone says EIO: there is nothing more to come.
            if (n == 0 || n < 0 && Native.errno() == Native.EIO) {
                return -1;
            }
            Native.check(n, "read");
            if (buffer != bytes) {
                System.arraycopy(buffer, 0, bytes, from, (int) n);
            }
            return (int) n;
        }
    }

    void write(byte[] bytes, int from, int length, Wake wake) throws IOException {
        if (!handle.acquire()) {
            throw nobody();
        }
        try {
            writeOpen(bytes, from, from + length, wake);
        } finally {
            handle.release();
        }
    }

    private static IOException nobody() {
        return new IOException("nobody reads any more");
    }

    private void writeOpen(byte[] bytes, int from, int end, Wake wake) throws IOException {
        int at = from;
        while (at < end) {
            if (!Native.await(number(), Native.POLLOUT, wake)) {
                throw nobody();
            }
            int chunk = Math.min(AT_ONCE, end - at);
            long n = Native.C.write(
                    number(),
                    at == 0 && chunk == bytes.length ? bytes : Arrays.copyOfRange(bytes, at, at + chunk),
                    chunk);
            if (n < 0 && Native.again()) {
                continue;
            }
            at += (int) Native.check(n, "write");
        }
    }

    /** Puts a terminal into a state that tcgetattr(3) gave, as bytes; for when nobody else can. */
    public void restoreTerminal(byte[] state) throws PosixException {
        Native.check(Native.C.tcsetattr(number(), 0, state), "put the terminal back");
    }

    @Override
    public void close() {
        handle.close();
    }
}
