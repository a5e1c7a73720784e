@NullMarked
package org.sourceos.host;

import org.jspecify.annotations.NullMarked;
