@NullMarked
package org.sourceos.gitstore.image;

import org.jspecify.annotations.NullMarked;
