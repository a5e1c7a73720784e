package org.sourceos.rebuild.plan;

import java.util.function.UnaryOperator;
import org.sourceos.config.lock.LockFile;
import org.sourceos.rebuild.RebuildException;

/** Where the lock file is kept. */
public interface LockStore {
    /** What is locked now; {@link LockFile#empty()} where nothing has been. */
    LockFile load() throws RebuildException;

    /**
     * Replaces the lock by what {@code change} makes of it; two commands that do so at once lose nothing of each other's.
     * Not written when it stays the same.
     */
    LockFile update(UnaryOperator<LockFile> change) throws RebuildException;
}
