/** Fragments of a kernel's configuration. */
@NullMarked
package org.sourceos.config.kernel;

import org.jspecify.annotations.NullMarked;
