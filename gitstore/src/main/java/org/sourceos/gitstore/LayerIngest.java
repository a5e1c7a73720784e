package org.sourceos.gitstore;

import java.io.IOException;
import org.sourceos.gitstore.known.KnownFiles;
import org.sourceos.gitstore.tree.FileTree;
import org.sourceos.host.Cancellation;

/** How a tree of files comes into the repository. The caller holds the writer's lock. */
interface LayerIngest {
    /**
     * Writes a layer. Afterwards its objects are complete and on the disk; on a failure nothing of it is visible.
     *
     * @param forMachines whether machines will read its files: then the large ones are stored so that they can, else compressed
     * @param known what need not be read
     * @throws StoreException if the tree is not one that can be stored
     * @throws IOException if it could not be read or written
     */
    StoredLayer ingest(FileTree files, boolean forMachines, KnownFiles known, Cancellation cancellation)
            throws StoreException, IOException;
}
