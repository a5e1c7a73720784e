@NullMarked
package org.sourceos.config.recipe;

import org.jspecify.annotations.NullMarked;
