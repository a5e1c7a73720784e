/** Which of the host's files a program is given. */
@NullMarked
package org.sourceos.launcher.files;

import org.jspecify.annotations.NullMarked;
