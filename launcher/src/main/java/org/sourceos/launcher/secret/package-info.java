/** What only a machine is to know: read from files of the host when the machine starts, encrypted ones with age. */
@NullMarked
package org.sourceos.launcher.secret;

import org.jspecify.annotations.NullMarked;
