package org.sourceos.gitstore;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.sourceos.host.Cancellation;

/** How layers become files again. What is made is shared, derived from the repository, and made again when it is gone. */
interface Materializer {
    /** @see BuildCache#checkout */
    Path checkout(List<StoredLayer> layers, Cancellation cancellation) throws IOException;

    /** @see BuildCache#erofsImage */
    Path erofsImage(StoredLayer layer, Cancellation cancellation) throws IOException;

    /** @see BuildCache#file */
    Path file(StoredLayer layer, String path, Cancellation cancellation) throws IOException;
}
