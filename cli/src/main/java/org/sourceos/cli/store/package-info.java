@NullMarked
package org.sourceos.cli.store;

import org.jspecify.annotations.NullMarked;
