package org.sourceos.gitstore.tree;

import org.sourceos.host.posix.FileStatus;
import org.sourceos.host.posix.FileTime;

/**
 * Which file something is, and which state of it: two that are equal have the same content where {@code
 * docs/decisions/0028} says so.
 *
 * @param pageCached as {@link FileStatus#pageCached}
 */
public record FileIdentity(
        long device, long inode, long size, FileTime changed, FileTime modified, boolean pageCached) {

    public static FileIdentity of(FileStatus status) {
        return new FileIdentity(
                status.device(),
                status.inode(),
                status.size(),
                status.changed(),
                status.modified(),
                status.pageCached());
    }
}
