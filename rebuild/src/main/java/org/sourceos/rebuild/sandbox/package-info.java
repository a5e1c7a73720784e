/**
 * Where foreign scripts run: bubblewrap without network, over read-only inputs, under limits.
 *
 * <p>Inside, user 0 is the caller (so that {@code install -o root} works) without any capability; everything that is
 * installed belongs to 0:0 in the layer whoever built it. {@code /} is a read-only selection of the base's checkout,
 * {@code /build} (the source) and {@code /out} (what is installed, {@code $DESTDIR}) are writable, {@code /sourceos} holds
 * the scripts. Limits hold without cgroups, because an ordinary user often has none: per process by rlimits, for the whole
 * by watching.
 */
@org.jspecify.annotations.NullMarked
package org.sourceos.rebuild.sandbox;
