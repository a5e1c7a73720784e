@NullMarked
package org.sourceos.launcher.template;

import org.jspecify.annotations.NullMarked;
