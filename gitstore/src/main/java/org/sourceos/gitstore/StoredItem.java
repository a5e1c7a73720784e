package org.sourceos.gitstore;

import java.time.Instant;

/** What a ref points to: a commit, its tree, when it was made and what its message says. */
public record StoredItem(StoreRef ref, ObjectName commit, ObjectName tree, Instant madeAt, String message) {}
