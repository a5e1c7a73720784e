/** What a machine may take of its host: limits, processors of its own, and whether its memory is merged with others'. */
@NullMarked
package org.sourceos.launcher.limit;

import org.jspecify.annotations.NullMarked;
