/** What a system's configuration can say: its options, with types, defaults and meanings. */
@NullMarked
package org.sourceos.config.system;

import org.jspecify.annotations.NullMarked;
