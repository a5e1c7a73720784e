/** Running machines that are saved and go on later: what of them is kept, how, and whether it may be used here. */
@NullMarked
package org.sourceos.launcher.checkpoint;

import org.jspecify.annotations.NullMarked;
