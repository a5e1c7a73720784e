package org.sourceos.config.nix;

/** One scope at run time, and the scope around it. Which kind it is was known when the tree was bound. */
abstract sealed class Env {
    /** The outermost one, around which there is nothing: no bound variable is looked up there. */
    @SuppressWarnings("NullAway") // only the root has no parent, and nobody asks it
    static final Env ROOT = new Slots(null, new NixValue[0]);

    final Env up;

    private Env(Env up) {
        this.up = up;
    }

    /** So many scopes up. */
    final Env up(int levels) {
        Env at = this;
        for (int i = levels; i > 0; i--) {
            at = at.up;
        }
        return at;
    }

    /** Of {@code x: …} and of {@code with}: one value, for most scopes are such and an array would double their size. */
    static final class Single extends Env {
        /** An evaluated value may take its thunk's place. */
        NixValue value;

        Single(Env up, NixValue value) {
            super(up);
            this.value = value;
        }
    }

    /** Of a pattern, {@code let} and {@code rec}. */
    static final class Slots extends Env {
        final NixValue[] values;

        Slots(Env up, NixValue[] values) {
            super(up);
            this.values = values;
        }
    }
}
