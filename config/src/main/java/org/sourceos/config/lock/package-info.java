@NullMarked
package org.sourceos.config.lock;

import org.jspecify.annotations.NullMarked;
