@NullMarked
package org.sourceos.cli.template;

import org.jspecify.annotations.NullMarked;
