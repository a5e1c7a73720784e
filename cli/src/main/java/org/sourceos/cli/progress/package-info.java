@NullMarked
package org.sourceos.cli.progress;

import org.jspecify.annotations.NullMarked;
