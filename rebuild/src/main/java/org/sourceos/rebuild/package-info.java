@NullMarked
package org.sourceos.rebuild;

import org.jspecify.annotations.NullMarked;
