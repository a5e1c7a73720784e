/** From an evaluated configuration to a generation, and from one generation to another. */
@NullMarked
package org.sourceos.rebuild.system;

import org.jspecify.annotations.NullMarked;
