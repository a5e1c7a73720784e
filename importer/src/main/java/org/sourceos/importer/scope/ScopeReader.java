package org.sourceos.importer.scope;

import org.sourceos.importer.result.Findings;

/** Reads one part of a system. */
public interface ScopeReader {
    /** Whether it is this reader that speaks of a file, so that it is not one that nobody cares for. */
    boolean claims(String path);

    void read(DebianSystem system, Findings into);
}
