/** Debian's texts: control files, versions, relations, lists of sources. */
@NullMarked
package org.sourceos.config.debian;

import org.jspecify.annotations.NullMarked;
