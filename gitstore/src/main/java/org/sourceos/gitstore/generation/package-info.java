/** Generations of the system: what was deployed, each a commit of the cache repository. */
@NullMarked
package org.sourceos.gitstore.generation;

import org.jspecify.annotations.NullMarked;
