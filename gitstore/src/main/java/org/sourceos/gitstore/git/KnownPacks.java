package org.sourceos.gitstore.git;

import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What a program that lives long knows of repositories' packs from one use to the next. It holds nothing open, and what has
 * changed is noticed, so there may be one for all. Safe for several threads.
 */
public final class KnownPacks implements AutoCloseable {
    private final Map<Path, PackCatalogue> folders = new ConcurrentHashMap<>();

    PackCatalogue in(Path folder) {
        return folders.computeIfAbsent(folder, PackCatalogue::new);
    }

    /** Forgets everything. */
    @Override
    public void close() {
        folders.clear();
    }
}
