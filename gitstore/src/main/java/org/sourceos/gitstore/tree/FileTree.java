package org.sourceos.gitstore.tree;

import java.io.IOException;

/**
 * A tree of files, wherever it is: a directory, a tar stream, a layer in the store, or a selection of another tree.
 * What is read as one of these can be written as another; see ARCHITECTURE.md, "trees".
 */
@FunctionalInterface
public interface FileTree {
    /** Takes the entries as they come. The content of a regular file may be read only until {@code entry} returns. */
    @FunctionalInterface
    interface Visitor {
        void entry(FileEntry entry) throws IOException;
    }

    /**
     * Visits every entry once, the root itself included, a folder before what is in it and a hard link's target before the
     * link. Further order is the implementation's. Only a folder may come again, with metadata that replace the earlier.
     * A tree that is a stream can be visited once.
     */
    void visit(Visitor visitor) throws IOException;
}
