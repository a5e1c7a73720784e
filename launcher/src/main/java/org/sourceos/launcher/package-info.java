@NullMarked
package org.sourceos.launcher;

import org.jspecify.annotations.NullMarked;
