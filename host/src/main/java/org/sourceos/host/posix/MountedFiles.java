package org.sourceos.host.posix;

/**
 * What {@code statfs(2)} and {@code statx(2)} say of the file system that a folder is on.
 *
 * @param type as in {@code linux/magic.h}
 * @param id where the file system has a UUID, a part of it
 * @param mount which mount it is: from Linux 6.8 on a number that no other gets until the next boot, before one that is free
 *     again once it is unmounted
 */
public record MountedFiles(long type, long id, long mount) {}
