/** {@code sourceos repl}: the language, a line at a time. */
@NullMarked
package org.sourceos.cli.language.repl;

import org.jspecify.annotations.NullMarked;
