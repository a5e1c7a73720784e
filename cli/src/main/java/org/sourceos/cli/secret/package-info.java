/** {@code sourceos secret …}: what only a machine is to know, in a repository that others can read. */
@NullMarked
package org.sourceos.cli.secret;

import org.jspecify.annotations.NullMarked;
