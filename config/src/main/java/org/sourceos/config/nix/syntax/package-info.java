@NullMarked
package org.sourceos.config.nix.syntax;

import org.jspecify.annotations.NullMarked;
