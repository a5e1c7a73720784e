package org.sourceos.host.posix;

/**
 * What {@code statx(2)} says of a name, symbolic links not followed.
 *
 * @param mode type and permission bits, as in {@code inode(7)}
 * @param device the file system the file is on, as one number; with {@code inode} it tells hard links of one file
 * @param deviceMajor of a device node: the device it stands for
 * @param changed when content or metadata changed last; nobody but the kernel sets it
 * @param modified when the content changed last, or what somebody has set instead
 * @param pageCached whether what is written through a mapping goes through the page cache, surely: the kernel says since 5.8
 *     which files do not ({@code STATX_ATTR_DAX})
 */
public record FileStatus(
        int mode,
        long uid,
        long gid,
        long links,
        long inode,
        long size,
        long device,
        int deviceMajor,
        int deviceMinor,
        FileTime changed,
        FileTime modified,
        boolean pageCached) {

    public static final int TYPE_MASK = 0170000;
    public static final int FIFO = 0010000;
    public static final int CHARACTER_DEVICE = 0020000;
    public static final int DIRECTORY = 0040000;
    public static final int BLOCK_DEVICE = 0060000;
    public static final int REGULAR = 0100000;
    public static final int SYMLINK = 0120000;
    public static final int SOCKET = 0140000;

    /** One of the constants above. */
    public int type() {
        return mode & TYPE_MASK;
    }

    /** Permission, set-id and sticky bits. */
    public int permissions() {
        return mode & 07777;
    }
}
