@NullMarked
package org.sourceos.cli.install;

import org.jspecify.annotations.NullMarked;
