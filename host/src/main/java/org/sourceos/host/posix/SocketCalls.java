package org.sourceos.host.posix;

import jnr.ffi.Pointer;
import jnr.ffi.annotations.In;
import jnr.ffi.annotations.Out;
import jnr.ffi.types.size_t;
import jnr.ffi.types.ssize_t;
import org.jspecify.annotations.Nullable;

/** The C library's functions for descriptors and unix sockets, as its headers declare them. */
public interface SocketCalls {
    int socket(int domain, int type, int protocol);

    int bind(int fd, @In byte[] address, int length);

    int connect(int fd, @In byte[] address, int length);

    int listen(int fd, int backlog);

    int accept4(int fd, @Nullable Pointer address, @Nullable Pointer length, int flags);

    int shutdown(int fd, int how);

    int getsockopt(int fd, int level, int name, @Out byte[] value, Pointer length);

    @ssize_t
    long recvmsg(int fd, Pointer message, int flags);

    @ssize_t
    long sendmsg(int fd, Pointer message, int flags);

    @ssize_t
    long recv(int fd, @Out byte[] bytes, @size_t long size, int flags);

    @ssize_t
    long send(int fd, @In byte[] bytes, @size_t long size, int flags);

    @ssize_t
    long read(int fd, @Out byte[] bytes, @size_t long size);

    @ssize_t
    long write(int fd, @In byte[] bytes, @size_t long size);

    int poll(Pointer set, @size_t long count, int milliseconds);

    int eventfd(int value, int flags);

    int close(int fd);

    int fcntl(int fd, int command, int argument);

    int tcsetattr(int fd, int actions, @In byte[] state);

    String strerror(int errno);
}
