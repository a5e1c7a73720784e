/** {@code sourceos init}: from a template to a configuration in git. */
@NullMarked
package org.sourceos.cli.init;

import org.jspecify.annotations.NullMarked;
