package org.sourceos.host.posix;

import java.nio.ByteBuffer;
import jnr.ffi.Pointer;
import jnr.ffi.annotations.In;
import jnr.ffi.annotations.Out;
import jnr.ffi.types.off_t;
import jnr.ffi.types.size_t;
import jnr.ffi.types.ssize_t;
import org.jspecify.annotations.Nullable;

/** The C library's functions, as its headers declare them; paths are bytes that end with NUL. */
public interface LibC {
    int open(@In byte[] path, int flags, int mode);

    int close(int fd);

    @ssize_t
    long read(int fd, @Out ByteBuffer into, @size_t long size);

    int statx(int directory, @In byte[] path, int flags, int mask, @Out byte[] result);

    int statfs(@In byte[] path, @Out byte[] result);

    /** Of 64-bit Linux, where {@code off_t} is {@code off64_t}. */
    @off_t
    long lseek(int fd, @off_t long offset, int whence);

    int sync_file_range(int fd, @off_t long offset, @off_t long length, int flags);

    @Nullable Pointer fdopendir(int fd);

    @Nullable Pointer readdir64(Pointer directory);

    int closedir(Pointer directory);

    @ssize_t
    long readlink(@In byte[] path, @Out byte[] result, @size_t long size);

    @ssize_t
    long llistxattr(@In byte[] path, @Out byte[] result, @size_t long size);

    @ssize_t
    long lgetxattr(@In byte[] path, @In byte[] name, @Out byte[] result, @size_t long size);

    int lsetxattr(@In byte[] path, @In byte[] name, @In byte[] value, @size_t long size, int flags);

    int mknod(@In byte[] path, int mode, long device);

    int link(@In byte[] from, @In byte[] to);

    int symlink(@In byte[] target, @In byte[] path);

    int mkdir(@In byte[] path, int mode);

    int chmod(@In byte[] path, int mode);

    int lchown(@In byte[] path, int uid, int gid);

    int rename(@In byte[] from, @In byte[] to);

    int unlink(@In byte[] path);

    int rmdir(@In byte[] path);

    String strerror(int errno);
}
