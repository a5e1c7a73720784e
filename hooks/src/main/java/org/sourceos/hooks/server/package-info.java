/** A configuration's repository over SSH: who may do what, and git itself doing it. */
@NullMarked
package org.sourceos.hooks.server;

import org.jspecify.annotations.NullMarked;
