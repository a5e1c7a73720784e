@NullMarked
package org.sourceos.rebuild.progress;

import org.jspecify.annotations.NullMarked;
