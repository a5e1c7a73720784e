package org.sourceos.launcher.qemu;

/** What becomes of writes to the root file system; the names are those of {@code root_filesystem} in an image. */
public enum RootMode {
    /** They live in memory and end with the machine. */
    OVERLAYFS,
    /** They fail. */
    READONLY
}
