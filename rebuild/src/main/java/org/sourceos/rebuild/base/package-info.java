@NullMarked
package org.sourceos.rebuild.base;

import org.jspecify.annotations.NullMarked;
