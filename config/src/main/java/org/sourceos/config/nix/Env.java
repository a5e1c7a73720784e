package org.sourceos.config.nix;

/** The values of one scope at run time, and the scope around it. */
final class Env {
    /** The outermost one, around which there is nothing: no bound variable is looked up there. */
    @SuppressWarnings("NullAway") // only the root has no parent, and nobody asks it
    static final Env ROOT = new Env(null, new NixValue[0]);

    final Env up;
    final NixValue[] values;

    Env(Env up, NixValue[] values) {
        this.up = up;
        this.values = values;
    }
}
