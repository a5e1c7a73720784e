package org.sourceos.gitstore.tree;

/**
 * What an archive may unpack to before it is taken for a trap.
 *
 * @param entries how many names
 * @param bytes the sum of all contents
 */
public record TarLimits(long entries, long bytes) {
    /** Two million names, 64 GiB: more than any distribution's source or base needs. */
    public static final TarLimits DEFAULT = new TarLimits(2_000_000, 64L << 30);
}
