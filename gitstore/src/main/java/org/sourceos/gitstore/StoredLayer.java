package org.sourceos.gitstore;

/**
 * A tree of files as the store holds it: a git tree with two entries, {@code root/} (the files, as far as git's tree can
 * say what they are) and {@code manifest} (an mtree(5) list of what it cannot: see {@code docs/decisions/0001}).
 *
 * @param tree git's name of that tree
 * @param digest SHA-256 over the canonical listing of all files with their metadata and contents; what is verified
 * @param files how many entries there are, folders included
 * @param bytes the sum of the sizes of the regular files, hard links counted once
 */
public record StoredLayer(ObjectName tree, Digest digest, long files, long bytes) {}
