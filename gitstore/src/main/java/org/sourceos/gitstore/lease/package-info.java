/**
 * Who holds what of a store, so that no collection removes it: a process as long as it lives ({@code Lease}, and
 * {@code Session}, which is an open cache's), or whatever has a file as long as that is there ({@code LastingLease}). A
 * collection reads them all ({@code Leases}).
 */
@NullMarked
package org.sourceos.gitstore.lease;

import org.jspecify.annotations.NullMarked;
