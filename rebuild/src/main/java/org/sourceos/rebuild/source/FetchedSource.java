package org.sourceos.rebuild.source;

import org.sourceos.config.lock.LockFile;
import org.sourceos.gitstore.StoredLayer;

/**
 * A source in the store, under {@code refs/sources/<sha256>}.
 *
 * @param pin what it is locked to
 * @param files what was fetched, as it came: one file for a URL; {@code .dsc} and tarballs for a Debian source; the checked
 *     out tree for git and path
 * @param kind how the sandbox unpacks it
 */
public record FetchedSource(LockFile.SourcePin pin, StoredLayer files, Kind kind) {
    public enum Kind {
        /** One archive (tar with any compression, zip) or single file. */
        FILE,
        /** {@code dpkg-source --no-check -x *.dsc}. */
        DEBIAN,
        /** The tree itself. */
        TREE
    }
}
