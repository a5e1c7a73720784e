package org.sourceos.gitstore.collect;

import org.sourceos.gitstore.ObjectName;

/**
 * What becomes of a ref, and why.
 *
 * @param ref its full name
 * @param commit what it points to
 * @param reason as the end of a sentence: "kept: …", "removed: …"
 */
public record RefFate(String ref, ObjectName commit, boolean kept, String reason) {}
