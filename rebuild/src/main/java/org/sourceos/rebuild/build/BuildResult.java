package org.sourceos.rebuild.build;

import org.sourceos.gitstore.Digest;
import org.sourceos.gitstore.StoredLayer;

/**
 * What a build made: a layer that nothing refers to yet.
 *
 * @param release a kernel's own name of itself; a package's version otherwise
 * @param log the digest of its log
 */
public record BuildResult(StoredLayer layer, String release, Digest log) {}
