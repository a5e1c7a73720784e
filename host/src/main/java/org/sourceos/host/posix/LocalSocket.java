package org.sourceos.host.posix;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import jnr.ffi.Pointer;

/** A connected unix stream socket that can carry open files (SCM_RIGHTS of unix(7)). One thread reads, others may write. */
public final class LocalSocket implements AutoCloseable {
    /** sun_path of unix(7), without its zero byte. */
    static final int MAX_PATH_BYTES = 107;

    static final int AF_UNIX = 1;
    static final int SOCK_STREAM_CLOEXEC = 02000001;
    private static final int SOL_SOCKET = 1;
    private static final int SO_PEERCRED = 17;
    private static final int SCM_RIGHTS = 1;
    private static final int MSG_NOSIGNAL = 0x4000;
    private static final int MSG_CMSG_CLOEXEC = 0x40000000;
    private static final int MSG_CTRUNC = 8;
    private static final int SHUT_RDWR = 2;
    // struct msghdr, struct iovec and struct cmsghdr where pointers and size_t have 8 bytes.
    private static final int MSGHDR = 56;
    private static final int IOVEC = 16;
    private static final int CMSGHDR = 16;

    private final Handle handle;
    private final int number;

    LocalSocket(int number) {
        this.handle = new Handle(number);
        this.number = number;
    }

    public static LocalSocket connect(Path path) throws IOException {
        int fd = (int) Native.check(Native.C.socket(AF_UNIX, SOCK_STREAM_CLOEXEC, 0), "make a socket");
        LocalSocket socket = new LocalSocket(fd);
        try {
            byte[] address = address(path);
            Native.check(Native.C.connect(fd, address, address.length), "connect to " + path);
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    static byte[] address(Path path) throws IOException {
        byte[] bytes = Posix.bytes(path);
        if (bytes.length > MAX_PATH_BYTES) {
            throw new IOException("cannot use the socket " + path + ": the path of a socket has at most "
                    + MAX_PATH_BYTES + " bytes, this one has " + bytes.length
                    + "; set SOURCEOS_RUNTIME to a folder with a shorter path");
        }
        ByteBuffer address = ByteBuffer.allocate(2 + bytes.length + 1).order(ByteOrder.nativeOrder());
        address.putShort((short) AF_UNIX).put(bytes);
        return address.array();
    }

    public Peer peer() throws PosixException {
        byte[] credentials = new byte[12];
        Pointer length = Native.memory(4);
        length.putInt(0, credentials.length);
        Native.check(Native.C.getsockopt(number, SOL_SOCKET, SO_PEERCRED, credentials, length), "ask who a client is");
        ByteBuffer ucred = ByteBuffer.wrap(credentials).order(ByteOrder.nativeOrder());
        return new Peer(ucred.getInt(), ucred.getInt(), ucred.getInt());
    }

    /** Bytes that came together, and the open files that came with them; whoever receives these owns them. */
    public record Message(byte[] bytes, List<Descriptor> descriptors) {}

    /**
     * Waits for the first bytes, with at most {@code files} open files.
     *
     * @throws EOFException at the end, or when {@code wake} rang
     */
    public Message receive(int limit, int files, Wake wake) throws IOException {
        Pointer bytes = Native.memory(limit);
        int space = CMSGHDR + (files * 4 + 7) / 8 * 8;
        Pointer control = Native.memory(space);
        Pointer header = header(bytes, limit, control, space);
        long n;
        do {
            if (!Native.await(number, Native.POLLIN, wake)) {
                throw new EOFException("woken");
            }
            header.putLong(40, space);
            n = Native.C.recvmsg(number, header, MSG_CMSG_CLOEXEC);
        } while (n < 0 && Native.again());
        Native.check(n, "receive");
        List<Descriptor> received = new ArrayList<>();
        long filled = header.getLong(40);
        if (filled >= CMSGHDR && control.getInt(8) == SOL_SOCKET && control.getInt(12) == SCM_RIGHTS) {
            for (long at = CMSGHDR; at + 4 <= Math.min(control.getLong(0), space); at += 4) {
                received.add(new Descriptor(control.getInt(at)));
            }
        }
        if (n == 0 || (header.getInt(48) & MSG_CTRUNC) != 0) {
            received.forEach(Descriptor::close);
            throw n == 0 ? new EOFException("closed") : new IOException("more open files than there may be");
        }
        byte[] content = new byte[(int) n];
        bytes.get(0, content, 0, content.length);
        return new Message(content, received);
    }

    /** Sends bytes with open files; for tests of what receives them. */
    public void send(byte[] content, List<Descriptor> files) throws IOException {
        Pointer bytes = Native.memory(content.length);
        bytes.put(0, content, 0, content.length);
        int space = CMSGHDR + (files.size() * 4 + 7) / 8 * 8;
        Pointer control = Native.memory(space);
        control.putLong(0, CMSGHDR + 4L * files.size());
        control.putInt(8, SOL_SOCKET);
        control.putInt(12, SCM_RIGHTS);
        for (int i = 0; i < files.size(); i++) {
            control.putInt(CMSGHDR + 4L * i, files.get(i).number());
        }
        Pointer header = header(bytes, content.length, control, files.isEmpty() ? 0 : space);
        long n = Native.check(Native.C.sendmsg(number, header, MSG_NOSIGNAL), "send");
        if (n < content.length) {
            send(Arrays.copyOfRange(content, (int) n, content.length));
        }
    }

    private static Pointer header(Pointer bytes, int length, Pointer control, int space) {
        Pointer vector = Native.memory(IOVEC);
        vector.putPointer(0, bytes);
        vector.putLong(8, length);
        Pointer header = Native.memory(MSGHDR);
        header.putPointer(16, vector);
        header.putLong(24, 1);
        header.putPointer(32, control);
        header.putLong(40, space);
        return header;
    }

    /** Waits for some bytes. @return how many; -1 at the end, when {@code wake} rang, and when the connection broke */
    public int read(byte[] bytes, int length, Wake wake) throws IOException {
        if (!handle.acquire()) {
            return -1;
        }
        try {
            return readOpen(bytes, length, wake);
        } finally {
            handle.release();
        }
    }

    private int readOpen(byte[] bytes, int length, Wake wake) throws IOException {
        while (true) {
            if (!Native.await(number, Native.POLLIN, wake)) {
                return -1;
            }
            long n = Native.C.recv(number, bytes, Math.min(length, bytes.length), 0);
            if (n < 0 && Native.again()) {
                continue;
            }
            return n <= 0 ? -1 : (int) n;
        }
    }

    /** Sends all of it; what comes from one call stays together. */
    public synchronized void send(byte[] bytes) throws IOException {
        if (!handle.acquire()) {
            throw new IOException("the connection is closed");
        }
        try {
            sendOpen(bytes);
        } finally {
            handle.release();
        }
    }

    private void sendOpen(byte[] bytes) throws IOException {
        int at = 0;
        while (at < bytes.length) {
            byte[] rest = at == 0 ? bytes : Arrays.copyOfRange(bytes, at, bytes.length);
            long n = Native.C.send(number, rest, rest.length, MSG_NOSIGNAL);
            if (n < 0 && Native.again()) {
                continue;
            }
            at += (int) Native.check(n, "answer a client");
        }
    }

    /** Ends the connection for both sides, and wakes whoever waits for it; it still has to be closed. */
    public void end() {
        if (handle.acquire()) {
            Native.C.shutdown(number, SHUT_RDWR);
            handle.release();
        }
    }

    @Override
    public void close() {
        handle.close();
    }
}
