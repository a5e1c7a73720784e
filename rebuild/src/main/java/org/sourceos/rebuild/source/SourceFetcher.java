package org.sourceos.rebuild.source;

import java.nio.file.Path;
import java.util.Optional;
import org.sourceos.config.lock.LockFile;
import org.sourceos.config.recipe.PackageSpec.SourceSpec;
import org.sourceos.host.Cancellation;
import org.sourceos.rebuild.RebuildException;
import org.sourceos.rebuild.progress.StepListener;

/** Brings sources into the store: with network and a pinned hash, and running nothing of what it fetched. */
public interface SourceFetcher {
    /**
     * The source, from the store where it is there, fetched otherwise.
     *
     * @param recipeFolder what {@code path:} is relative to
     * @param pin what it must be; empty at the first fetch
     * @throws RebuildException HASH_MISMATCH when it is something else (nothing is stored then), FETCH_FAILED otherwise
     */
    FetchedSource fetch(
            SourceSpec source,
            Path recipeFolder,
            Optional<LockFile.SourcePin> pin,
            StepListener listener,
            String step,
            Cancellation cancellation)
            throws RebuildException;

    /** The source if it is in the store; never uses the network. A {@code path:} source is always read anew. */
    Optional<FetchedSource> stored(SourceSpec source, Path recipeFolder, LockFile.SourcePin pin)
            throws RebuildException;
}
