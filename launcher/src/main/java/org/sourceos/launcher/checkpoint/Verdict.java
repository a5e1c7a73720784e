package org.sourceos.launcher.checkpoint;

/**
 * Whether a checkpoint can be gone on with here and now.
 *
 * @param reason empty where all is well
 */
public record Verdict(RestoreClass restoreClass, String reason) {}
