/** From an installed Debian package to a program in a machine: whether it fits, its recipe, and the handover of its commands. */
@NullMarked
package org.sourceos.importer.convert;

import org.jspecify.annotations.NullMarked;
