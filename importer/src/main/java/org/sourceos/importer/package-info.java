/** From a Debian system that is there to a configuration that says the same. */
@NullMarked
package org.sourceos.importer;

import org.jspecify.annotations.NullMarked;
