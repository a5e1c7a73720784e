/**
 * Typed options, and the files that set them: a configuration is several files of the configuration language, each a set of
 * definitions; what two of them say of one option is merged by the option's type, and all mistakes are found at once.
 * Knows nothing of what the options mean.
 */
@NullMarked
package org.sourceos.config.options;

import org.jspecify.annotations.NullMarked;
