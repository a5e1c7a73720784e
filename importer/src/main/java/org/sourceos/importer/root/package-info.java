/** The files of the system that is imported, and nothing beside them. */
@NullMarked
package org.sourceos.importer.root;

import org.jspecify.annotations.NullMarked;
