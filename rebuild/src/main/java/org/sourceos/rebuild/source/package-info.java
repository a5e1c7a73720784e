@NullMarked
package org.sourceos.rebuild.source;

import org.jspecify.annotations.NullMarked;
