@NullMarked
package org.sourceos.rebuild.sandbox;

import org.jspecify.annotations.NullMarked;
