/**
 * What is known of the files of a folder that was stored before, so that what has not changed need not be read again. What
 * makes that sure is written in {@code docs/decisions/0028}; tables may be removed at any time.
 */
@NullMarked
package org.sourceos.gitstore.known;

import org.jspecify.annotations.NullMarked;
