/**
 * EROFS images, written without a tool. The format is that of Linux's {@code fs/erofs/erofs_fs.h} and the project's "Core
 * on-disk format"; of it, what a kernel 5.15 and every later one mounts: 4 KiB blocks, uncompressed, compact and extended
 * inodes, tails in line, inline attributes, a superblock checksum. No feature that a kernel could be built without.
 */
@NullMarked
package org.sourceos.gitstore.erofs;

import org.jspecify.annotations.NullMarked;
