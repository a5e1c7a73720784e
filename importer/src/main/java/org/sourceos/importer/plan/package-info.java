/** What building Debian packages from source takes: which, in which order, and where they need each other. */
@NullMarked
package org.sourceos.importer.plan;

import org.jspecify.annotations.NullMarked;
