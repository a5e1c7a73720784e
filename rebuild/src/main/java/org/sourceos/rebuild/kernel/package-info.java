@NullMarked
package org.sourceos.rebuild.kernel;

import org.jspecify.annotations.NullMarked;
