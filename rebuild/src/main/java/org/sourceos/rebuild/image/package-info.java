@NullMarked
package org.sourceos.rebuild.image;

import org.jspecify.annotations.NullMarked;
