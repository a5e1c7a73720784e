/**
 * System calls that the JDK does not offer, through jnr-ffi. Loading it costs about 200 ms in a fresh process, so what must
 * be quick does without: nothing here runs before {@link org.sourceos.host.posix.Posix} is first used.
 */
@NullMarked
package org.sourceos.host.posix;

import org.jspecify.annotations.NullMarked;
