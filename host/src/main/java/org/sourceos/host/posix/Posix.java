package org.sourceos.host.posix;

import java.io.ByteArrayOutputStream;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import jnr.ffi.LastError;
import jnr.ffi.LibraryLoader;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;

/**
 * File system calls with paths as bytes, for what the JDK cannot say: names that are no text, extended attributes, device
 * nodes, owners by number, links that are not followed. No call follows a symbolic link in the last component but
 * {@link #chmod}. Failures are {@link PosixException}.
 *
 * <p>The layouts used (statx(2), struct dirent of 64-bit Linux) are those of every 64-bit Linux architecture.
 */
public final class Posix {
    private static final int O_CLOEXEC = 02000000;
    private static final int AT_FDCWD = -100;
    private static final int AT_SYMLINK_NOFOLLOW = 0x100;
    private static final int AT_EMPTY_PATH = 0x1000;
    private static final byte[] NO_NAME = new byte[1];
    private static final int STATX_BASIC_STATS = 0x7ff;
    private static final int STATX_MNT_ID = 0x1000;
    private static final int STATX_MNT_ID_UNIQUE = 0x4000;
    private static final long STATX_ATTR_DAX = 0x00200000;
    private static final int STATX_SIZE = 256;
    private static final int STATFS_SIZE = 256;
    private static final int SEEK_SET = 0;
    private static final int SEEK_DATA = 3;
    private static final int SYNC_FILE_RANGE_WRITE_AND_WAIT = 7;
    private static final int DIRENT_NAME_OFFSET = 19;
    private static final int DIRENT_LENGTH_OFFSET = 16;
    private static final int EINTR = 4;
    private static final int ENXIO = 6;
    private static final int ENODATA = 61;
    private static final int ERANGE = 34;
    private static final int EOPNOTSUPP = 95;

    /** Loaded at the first call of anything in this class, not before. */
    private static final LibC C = LibraryLoader.create(LibC.class).load("c");

    private static final Runtime RUNTIME = Runtime.getRuntime(C);

    // The only two flags whose values differ between the architectures Debian runs on.
    private static final boolean ARM_OR_POWER =
            System.getProperty("os.arch", "").matches("aarch64|arm.*|ppc64.*");
    private static final int O_DIRECTORY = ARM_OR_POWER ? 040000 : 0200000;
    private static final int O_NOFOLLOW = ARM_OR_POWER ? 0100000 : 0400000;

    private Posix() {}

    /** The exact bytes of a JDK path, even of one whose name is not text in the process's locale. */
    public static byte[] bytes(Path path) {
        String escaped = path.toAbsolutePath().toUri().getRawPath();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int i = 0; i < escaped.length(); i++) {
            char c = escaped.charAt(i);
            if (c == '%') {
                out.write(Integer.parseInt(escaped.substring(i + 1, i + 3), 16));
                i += 2;
            } else {
                out.write(c);
            }
        }
        byte[] bytes = out.toByteArray();
        // The JDK appends a slash to what is a directory at this moment.
        return bytes.length > 1 && bytes[bytes.length - 1] == '/' ? Arrays.copyOf(bytes, bytes.length - 1) : bytes;
    }

    /** {@code folder}, a slash, {@code name}. */
    public static byte[] resolve(byte[] folder, byte[] name) {
        if (name.length == 0) {
            return folder.clone();
        }
        byte[] joined = Arrays.copyOf(folder, folder.length + 1 + name.length);
        joined[folder.length] = '/';
        System.arraycopy(name, 0, joined, folder.length + 1, name.length);
        return joined;
    }

    public static FileStatus status(byte[] path) throws PosixException {
        byte[] result = new byte[STATX_SIZE];
        check(C.statx(AT_FDCWD, cString(path), AT_SYMLINK_NOFOLLOW, STATX_BASIC_STATS, result), "look at", path);
        return decoded(result);
    }

    /** Of what is open; {@code path} is for messages. */
    static FileStatus status(int fd, byte[] path) throws PosixException {
        byte[] result = new byte[STATX_SIZE];
        check(C.statx(fd, NO_NAME, AT_EMPTY_PATH, STATX_BASIC_STATS, result), "look at", path);
        return decoded(result);
    }

    private static FileStatus decoded(byte[] result) {
        ByteBuffer statx = ByteBuffer.wrap(result).order(ByteOrder.nativeOrder());
        return new FileStatus(
                Short.toUnsignedInt(statx.getShort(28)),
                Integer.toUnsignedLong(statx.getInt(20)),
                Integer.toUnsignedLong(statx.getInt(24)),
                Integer.toUnsignedLong(statx.getInt(16)),
                statx.getLong(32),
                statx.getLong(40),
                ((long) statx.getInt(136) << 32) | Integer.toUnsignedLong(statx.getInt(140)),
                statx.getInt(128),
                statx.getInt(132),
                new FileTime(statx.getLong(96), statx.getInt(104)),
                new FileTime(statx.getLong(112), statx.getInt(120)),
                (statx.getLong(56) & ~statx.getLong(8) & STATX_ATTR_DAX) != 0);
    }

    /** The file system that a folder is on. */
    public static MountedFiles mounted(byte[] folder) throws PosixException {
        byte[] statfs = new byte[STATFS_SIZE];
        check(C.statfs(cString(folder), statfs), "look at the file system of", folder);
        byte[] statx = new byte[STATX_SIZE];
        int mask = STATX_BASIC_STATS | STATX_MNT_ID_UNIQUE | STATX_MNT_ID;
        check(C.statx(AT_FDCWD, cString(folder), AT_SYMLINK_NOFOLLOW, mask, statx), "look at", folder);
        ByteBuffer system = ByteBuffer.wrap(statfs).order(ByteOrder.nativeOrder());
        ByteBuffer status = ByteBuffer.wrap(statx).order(ByteOrder.nativeOrder());
        boolean named = (status.getInt(0) & (STATX_MNT_ID_UNIQUE | STATX_MNT_ID)) != 0;
        return new MountedFiles(system.getLong(0), system.getLong(56), named ? status.getLong(144) : 0);
    }

    /** See {@link PosixFile#settle}. Leaves the position at the beginning. */
    static boolean settle(int fd) {
        // Holds the file's lock, which each write(2) holds from before it sets the times until it ends. Where there is
        // no data,
        // or no way to ask, it fails, but only the latter means that nothing was waited for.
        long data = C.lseek(fd, 0, SEEK_DATA);
        if (data < 0 && LastError.getLastError(RUNTIME) != ENXIO) {
            return false;
        }
        if (data > 0 && C.lseek(fd, 0, SEEK_SET) != 0) {
            return false;
        }
        return C.sync_file_range(fd, 0, 0, SYNC_FILE_RANGE_WRITE_AND_WAIT) == 0;
    }

    /** The names in a folder without {@code .} and {@code ..}, sorted by unsigned bytes. */
    public static List<byte[]> list(byte[] folder) throws PosixException {
        int fd = check(C.open(cString(folder), O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC, 0), "open the folder", folder);
        Pointer directory = C.fdopendir(fd);
        if (directory == null) {
            PosixException failure = failure("read the folder", folder, LastError.getLastError(RUNTIME));
            C.close(fd);
            throw failure;
        }
        try {
            List<byte[]> names = new ArrayList<>();
            while (true) {
                LastError.setLastError(RUNTIME, 0);
                Pointer entry = C.readdir64(directory);
                if (entry == null) {
                    int errno = LastError.getLastError(RUNTIME);
                    if (errno != 0 && errno != EINTR) {
                        throw failure("read the folder", folder, errno);
                    }
                    names.sort(Arrays::compareUnsigned);
                    return names;
                }
                byte[] name = name(entry);
                if (!Arrays.equals(name, new byte[] {'.'}) && !Arrays.equals(name, new byte[] {'.', '.'})) {
                    names.add(name);
                }
            }
        } finally {
            C.closedir(directory);
        }
    }

    private static byte[] name(Pointer entry) {
        int recordLength = Short.toUnsignedInt(entry.getShort(DIRENT_LENGTH_OFFSET));
        byte[] name = new byte[recordLength - DIRENT_NAME_OFFSET];
        entry.get(DIRENT_NAME_OFFSET, name, 0, name.length);
        int end = 0;
        while (end < name.length && name[end] != 0) {
            end++;
        }
        return Arrays.copyOf(name, end);
    }

    /** Opens a regular file to read, refusing a symbolic link. */
    public static InputStream open(byte[] file) throws IOException {
        int fd = openToRead(file);
        try {
            return new FileInputStream("/proc/self/fd/" + fd);
        } finally {
            C.close(fd);
        }
    }

    /** As {@link #open(byte[])}, as a number. */
    static int openToRead(byte[] file) throws PosixException {
        return check(C.open(cString(file), O_NOFOLLOW | O_CLOEXEC, 0), "open", file);
    }

    /** @param into a direct buffer */
    static int read(int fd, ByteBuffer into, byte[] file) throws PosixException {
        while (true) {
            int n = (int) C.read(fd, into, into.remaining());
            if (n >= 0 || LastError.getLastError(RUNTIME) != EINTR) {
                return check(n, "read", file);
            }
        }
    }

    static void close(int fd) {
        C.close(fd);
    }

    public static byte[] readLink(byte[] link) throws PosixException {
        for (int size = 256; ; size *= 4) {
            byte[] target = new byte[size];
            long length = check(C.readlink(cString(link), target, size), "read the link", link);
            if (length < size) {
                return Arrays.copyOf(target, (int) length);
            }
        }
    }

    /** All extended attributes that the caller may see; empty where the file system has none. */
    public static SortedMap<String, byte[]> xattrs(byte[] path) throws PosixException {
        byte[] file = cString(path);
        byte[] names =
                growing("list the attributes of", path, 256, buffer -> C.llistxattr(file, buffer, buffer.length));
        if (names.length == 0) {
            return Collections.emptySortedMap();
        }
        SortedMap<String, byte[]> all = new TreeMap<>();
        int start = 0;
        for (int i = 0; i < names.length; i++) {
            if (names[i] == 0) {
                byte[] name = Arrays.copyOfRange(names, start, i + 1);
                byte[] value = growing(
                        "read an attribute of", path, 128, buffer -> C.lgetxattr(file, name, buffer, buffer.length));
                all.put(new String(name, 0, name.length - 1, StandardCharsets.UTF_8), value);
                start = i + 1;
            }
        }
        return all;
    }

    private interface IntoBuffer {
        long call(byte[] buffer);
    }

    private static byte[] growing(String purpose, byte[] path, int first, IntoBuffer call) throws PosixException {
        for (int size = first; ; size *= 8) {
            byte[] buffer = new byte[size];
            long length = call.call(buffer);
            if (length >= 0) {
                return Arrays.copyOf(buffer, (int) length);
            }
            int errno = LastError.getLastError(RUNTIME);
            if (errno == EOPNOTSUPP || errno == ENODATA) {
                return new byte[0];
            }
            if (errno != ERANGE || size > 1 << 22) {
                throw failure(purpose, path, errno);
            }
        }
    }

    public static void setXattrs(byte[] path, Map<String, byte[]> xattrs) throws PosixException {
        for (Map.Entry<String, byte[]> xattr : xattrs.entrySet()) {
            byte[] name = cString(xattr.getKey().getBytes(StandardCharsets.UTF_8));
            byte[] value = xattr.getValue();
            int result = C.lsetxattr(cString(path), name, value.length == 0 ? new byte[1] : value, value.length, 0);
            check(result, "set the attribute " + xattr.getKey() + " of", path);
        }
    }

    /**
     * Makes a device node or fifo.
     *
     * @param mode type and permission bits; the process's umask is applied to the latter
     */
    public static void makeNode(byte[] path, int mode, int major, int minor) throws PosixException {
        long device = ((long) (major & 0xfffff000) << 32)
                | ((long) (major & 0xfff) << 8)
                | ((long) (minor & 0xffffff00) << 12)
                | (minor & 0xff);
        check(C.mknod(cString(path), mode, device), "make the node", path);
    }

    public static void link(byte[] existing, byte[] link) throws PosixException {
        check(C.link(cString(existing), cString(link)), "make the link", link);
    }

    public static void symlink(byte[] target, byte[] link) throws PosixException {
        check(C.symlink(cString(target), cString(link)), "make the link", link);
    }

    /** Makes a folder with exactly these permissions, whatever the umask. */
    public static void makeFolder(byte[] path, int permissions) throws PosixException {
        check(C.mkdir(cString(path), 0700), "make the folder", path);
        chmod(path, permissions);
    }

    public static void chmod(byte[] path, int permissions) throws PosixException {
        check(C.chmod(cString(path), permissions), "change the permissions of", path);
    }

    public static void changeOwner(byte[] path, long uid, long gid) throws PosixException {
        check(C.lchown(cString(path), (int) uid, (int) gid), "change the owner of", path);
    }

    public static void rename(byte[] from, byte[] to) throws PosixException {
        check(C.rename(cString(from), cString(to)), "rename to", to);
    }

    /** Removes a file or folder with all that is in it, whatever the names; permissions of folders are opened first. */
    public static void removeRecursively(byte[] path) throws PosixException {
        if (status(path).type() != FileStatus.DIRECTORY) {
            check(C.unlink(cString(path)), "remove", path);
            return;
        }
        chmod(path, 0700);
        for (byte[] name : list(path)) {
            removeRecursively(resolve(path, name));
        }
        check(C.rmdir(cString(path)), "remove", path);
    }

    private static byte[] cString(byte[] text) throws PosixException {
        for (byte b : text) {
            if (b == 0) {
                throw new PosixException("a name with a NUL byte: " + display(text), 22);
            }
        }
        return Arrays.copyOf(text, text.length + 1);
    }

    private static int check(int result, String purpose, byte[] path) throws PosixException {
        return (int) check((long) result, purpose, path);
    }

    private static long check(long result, String purpose, byte[] path) throws PosixException {
        if (result < 0) {
            throw failure(purpose, path, LastError.getLastError(RUNTIME));
        }
        return result;
    }

    private static PosixException failure(String purpose, byte[] path, int errno) {
        return new PosixException("cannot " + purpose + " " + display(path) + ": " + C.strerror(errno), errno);
    }

    private static String display(byte[] path) {
        return new String(path, StandardCharsets.UTF_8);
    }
}
