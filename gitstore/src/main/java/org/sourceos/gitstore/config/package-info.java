/**
 * The git repository that a configuration is kept in: what is committed, what is staged, what is not committed yet, and the
 * hooks in it. It is the user's repository, so everything goes through the user's {@code git}, which knows whatever the
 * user, a hook or a newer version of git has set up (worktrees, alternates, the quarantine of a push, other ref formats).
 * The repository that built packages are kept in is another one, and {@link org.sourceos.gitstore} reads it by itself.
 */
@NullMarked
package org.sourceos.gitstore.config;

import org.jspecify.annotations.NullMarked;
