/** Commands for machines that outlive the command that started them. */
@NullMarked
package org.sourceos.cli.machine;

import org.jspecify.annotations.NullMarked;
