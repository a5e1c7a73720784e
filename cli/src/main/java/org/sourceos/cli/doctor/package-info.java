@NullMarked
package org.sourceos.cli.doctor;

import org.jspecify.annotations.NullMarked;
