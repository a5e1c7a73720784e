/** The archive the kernel starts from: our PID 1 and a console. */
@NullMarked
package org.sourceos.launcher.initramfs;

import org.jspecify.annotations.NullMarked;
