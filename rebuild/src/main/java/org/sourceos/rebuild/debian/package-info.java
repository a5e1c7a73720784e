/** A Debian system made of what a configuration says of one: the way back from an import. */
@NullMarked
package org.sourceos.rebuild.debian;

import org.jspecify.annotations.NullMarked;
