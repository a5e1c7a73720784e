/** The user's terminal while a program of a machine has it. */
@NullMarked
package org.sourceos.launcher.terminal;

import org.jspecify.annotations.NullMarked;
