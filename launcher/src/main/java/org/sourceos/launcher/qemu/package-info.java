/** QEMU: what a machine consists of, the command line for it, and which accelerator works here. */
@NullMarked
package org.sourceos.launcher.qemu;

import org.jspecify.annotations.NullMarked;
