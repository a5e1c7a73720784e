/** {@code sourceos import}: from a Debian system to a branch of a configuration. */
@NullMarked
package org.sourceos.cli.importing;

import org.jspecify.annotations.NullMarked;
