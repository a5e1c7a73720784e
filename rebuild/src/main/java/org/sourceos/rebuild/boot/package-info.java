/** What a boot loader reads: entries of the Boot Loader Specification, and the kernels they name. */
@NullMarked
package org.sourceos.rebuild.boot;

import org.jspecify.annotations.NullMarked;
