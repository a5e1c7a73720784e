@NullMarked
package org.sourceos.cli;

import org.jspecify.annotations.NullMarked;
