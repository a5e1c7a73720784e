@NullMarked
package org.sourceos.config.base;

import org.jspecify.annotations.NullMarked;
