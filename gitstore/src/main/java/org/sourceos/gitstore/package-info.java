@NullMarked
package org.sourceos.gitstore;

import org.jspecify.annotations.NullMarked;
