/** What was found, and the configuration and report that are written of it. */
@NullMarked
package org.sourceos.importer.result;

import org.jspecify.annotations.NullMarked;
