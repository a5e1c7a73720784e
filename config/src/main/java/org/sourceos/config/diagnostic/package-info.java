@NullMarked
package org.sourceos.config.diagnostic;

import org.jspecify.annotations.NullMarked;
