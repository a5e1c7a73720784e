/** Closures: all that a generation of the system needs, on its way from one store to another by git's own transport. */
@NullMarked
package org.sourceos.gitstore.closure;

import org.jspecify.annotations.NullMarked;
