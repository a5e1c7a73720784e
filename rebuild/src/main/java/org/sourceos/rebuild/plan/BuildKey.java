package org.sourceos.rebuild.plan;

import org.sourceos.gitstore.Digest;

/** The key of a step and what it was computed from. Same key, same tree. */
public record BuildKey(Digest digest, KeyInputs inputs) {
    /**
     * The version of what the builder itself does to a tree (phases, environment, stripping, selection). To be raised with
     * every change there that can change an output: it makes every key new.
     */
    static final String BUILDER_VERSION = "1";

    static BuildKey of(KeyInputs inputs) {
        return new BuildKey(inputs.key(), inputs);
    }

    /** What refs, logs and messages show of it. */
    public String abbreviated() {
        return digest.abbreviated();
    }
}
