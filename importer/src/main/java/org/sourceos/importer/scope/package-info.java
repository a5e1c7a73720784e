/** One reader for each part of a system. */
@NullMarked
package org.sourceos.importer.scope;

import org.jspecify.annotations.NullMarked;
