/** The QEMU machine protocol, as far as we need it. */
@NullMarked
package org.sourceos.launcher.qmp;

import org.jspecify.annotations.NullMarked;
