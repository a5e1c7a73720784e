@NullMarked
package org.sourceos.gitstore.tree;

import org.jspecify.annotations.NullMarked;
