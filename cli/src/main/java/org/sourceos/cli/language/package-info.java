/** Commands that read the configuration language. */
@NullMarked
package org.sourceos.cli.language;

import org.jspecify.annotations.NullMarked;
