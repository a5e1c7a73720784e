package org.sourceos.host.posix;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ReadableByteChannel;

/**
 * A regular file whose name may be no text, to read, by one thread. To open and close it costs a system call each, where a file of
 * the JDK would be opened by another name a second time.
 */
public final class PosixFile implements ReadableByteChannel {
    private static final int AT_ONCE = 1 << 16;

    private final byte[] path;
    private final int fd;
    private boolean open = true;

    private PosixFile(byte[] path, int fd) {
        this.path = path;
        this.fd = fd;
    }

    /** Refuses a symbolic link. */
    public static PosixFile open(byte[] path) throws PosixException {
        return new PosixFile(path, Posix.openToRead(path));
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        if (!open) {
            throw new ClosedChannelException();
        }
        if (!into.hasRemaining()) {
            return 0;
        }
        if (!into.isDirect()) {
            return readCopied(into);
        }
        int n = Posix.read(fd, into, path);
        into.position(into.position() + n);
        return n == 0 ? -1 : n;
    }

    private int readCopied(ByteBuffer into) throws IOException {
        ByteBuffer direct = ByteBuffer.allocateDirect(Math.min(into.remaining(), AT_ONCE));
        int n = Posix.read(fd, direct, path);
        into.put(direct.limit(n));
        return n == 0 ? -1 : n;
    }

    /**
     * Makes sure that whatever is written from now on changes the file's times: waits until each {@code write(2)} that has
     * begun has ended, and cleans its pages, so that the kernel notices the next write through a mapping. Nearly free where
     * nothing was written lately.
     *
     * @return false if the file system cannot say so
     */
    public boolean settle() {
        return Posix.settle(fd);
    }

    /** As {@link Posix#status(byte[])}, of what is open. */
    public FileStatus status() throws PosixException {
        return Posix.status(fd, path);
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public void close() {
        if (open) {
            open = false;
            Posix.close(fd);
        }
    }
}
