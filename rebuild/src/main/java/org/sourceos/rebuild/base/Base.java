package org.sourceos.rebuild.base;

import org.sourceos.config.lock.LockFile;
import org.sourceos.gitstore.StoredLayer;

/** A build environment in the store: a whole Debian root, under {@code refs/layers/<name>-<digest>}. */
public record Base(String name, LockFile.BasePin pin, StoredLayer layer) {}
