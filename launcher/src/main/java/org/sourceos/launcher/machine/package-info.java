/** Machines that outlive the command that started them: their folders, their lives, and who watches over them. */
@NullMarked
package org.sourceos.launcher.machine;

import org.jspecify.annotations.NullMarked;
