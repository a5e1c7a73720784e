/** Control groups of version 2 (the kernel's Documentation/admin-guide/cgroup-v2.rst), as files. */
@NullMarked
package org.sourceos.host.cgroup;

import org.jspecify.annotations.NullMarked;
