package org.sourceos.gitstore.tree;

/** What a {@link FileEntry} is ({@code inode(7)}). */
public sealed interface FileKind {
    record Directory() implements FileKind {}

    record Regular(FileContent content) implements FileKind {}

    /** @param target the link's text as bytes, never checked: it may point anywhere */
    record Symlink(byte[] target) implements FileKind {}

    /** A further name of a regular file (or device, fifo) of the same tree; metadata are the target's. */
    record HardLink(TreePath target) implements FileKind {}

    record Device(boolean character, int major, int minor) implements FileKind {}

    record Fifo() implements FileKind {}
}
