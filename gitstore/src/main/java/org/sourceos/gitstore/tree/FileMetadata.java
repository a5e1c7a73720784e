package org.sourceos.gitstore.tree;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Owner, permissions and extended attributes of a file.
 *
 * @param mode permission bits, set-id and sticky bits: 0 to 07777 octal
 * @param uid numeric owner
 * @param gid numeric group
 * @param xattrs by full name ({@code security.capability}, {@code system.posix_acl_access}, {@code user.…}), raw values
 */
public record FileMetadata(int mode, long uid, long gid, SortedMap<String, byte[]> xattrs) {
    public FileMetadata {
        if ((mode & ~07777) != 0) {
            throw new IllegalArgumentException("not permission bits: " + Integer.toOctalString(mode));
        }
        xattrs = xattrs.isEmpty()
                ? Collections.emptySortedMap()
                : Collections.unmodifiableSortedMap(new TreeMap<>(xattrs));
    }

    /** Owned by root, without extended attributes. */
    public static FileMetadata ofRoot(int mode) {
        return new FileMetadata(mode, 0, 0, new TreeMap<>(Map.of()));
    }
}
