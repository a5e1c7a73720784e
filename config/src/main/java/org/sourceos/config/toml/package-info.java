/** TOML read against a table of known keys, with every mistake's place. */
@NullMarked
package org.sourceos.config.toml;

import org.jspecify.annotations.NullMarked;
