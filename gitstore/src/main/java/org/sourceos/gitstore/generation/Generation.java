package org.sourceos.gitstore.generation;

import java.time.Instant;
import org.sourceos.gitstore.ObjectName;

/** A generation of the system that is in the store. */
public record Generation(GenerationManifest manifest, ObjectName commit, ObjectName tree, Instant madeAt) {
    public int number() {
        return manifest.number();
    }
}
