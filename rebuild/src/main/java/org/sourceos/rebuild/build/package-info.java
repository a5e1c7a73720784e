@NullMarked
package org.sourceos.rebuild.build;

import org.jspecify.annotations.NullMarked;
