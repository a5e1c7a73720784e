package org.sourceos.launcher.checkpoint;

/** Whether a checkpoint can be gone on with. */
public enum RestoreClass {
    /** As if nothing had happened. */
    SAFE,
    /** It goes on, but has lost something on the way that it counted on: to boot it again is better. */
    RESTART,
    /** Not here: it would go wrong. */
    REFUSED
}
