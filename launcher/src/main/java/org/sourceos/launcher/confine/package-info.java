/** What a machine's QEMU is kept from: its user, namespaces, files and limits. */
@NullMarked
package org.sourceos.launcher.confine;

import org.jspecify.annotations.NullMarked;
