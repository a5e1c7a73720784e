/** The program under the name {@code nix-instantiate}: that program's command line, output and messages. */
@NullMarked
package org.sourceos.cli.language.instantiate;

import org.jspecify.annotations.NullMarked;
