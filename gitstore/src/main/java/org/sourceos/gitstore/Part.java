package org.sourceos.gitstore;

/** One named entry of the tree that {@link BuildCache#publish} commits. */
public sealed interface Part {
    /** A small file, such as {@code manifest.json}. */
    record Document(byte[] content) implements Part {}

    /** A layer (or another tree) that is in the store already. */
    record Tree(ObjectName tree) implements Part {}
}
