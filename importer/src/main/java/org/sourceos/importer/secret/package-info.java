/** What must not be copied, and how it is known. */
@NullMarked
package org.sourceos.importer.secret;

import org.jspecify.annotations.NullMarked;
