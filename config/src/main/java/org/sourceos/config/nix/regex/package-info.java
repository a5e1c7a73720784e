@NullMarked
package org.sourceos.config.nix.regex;

import org.jspecify.annotations.NullMarked;
