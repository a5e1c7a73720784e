/** The machine's own apt, used without changing the machine. */
@NullMarked
package org.sourceos.rebuild.apt;

import org.jspecify.annotations.NullMarked;
