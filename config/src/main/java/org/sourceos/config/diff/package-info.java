/** Differences of texts. */
@NullMarked
package org.sourceos.config.diff;

import org.jspecify.annotations.NullMarked;
