/** Which things of a store are needed, by what, and the removal of those that are not. */
@NullMarked
package org.sourceos.gitstore.collect;

import org.jspecify.annotations.NullMarked;
