package org.sourceos.gitstore;

import org.sourceos.gitstore.git.KnownPacks;

/**
 * What a program that lives long knows of stores from one {@linkplain BuildCache#open opening} to the next: which packs there
 * are, and their indexes. It holds nothing open and notices what has changed. Safe for several threads.
 */
public final class KnownStores implements AutoCloseable {
    private final KnownPacks packs = new KnownPacks();

    KnownPacks packs() {
        return packs;
    }

    /** Forgets everything. */
    @Override
    public void close() {
        packs.close();
    }
}
