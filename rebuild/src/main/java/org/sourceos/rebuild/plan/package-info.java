@NullMarked
package org.sourceos.rebuild.plan;

import org.jspecify.annotations.NullMarked;
