/** {@code sourceos-rebuild}: from a commit of the configuration to the system that counts. */
@NullMarked
package org.sourceos.cli.system;

import org.jspecify.annotations.NullMarked;
