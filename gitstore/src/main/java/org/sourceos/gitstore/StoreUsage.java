package org.sourceos.gitstore;

import java.util.List;

/**
 * What a store takes. Bytes of refs are those of their objects uncompressed, each object counted once; bytes on disk are what
 * files have.
 *
 * @param refs sorted by name
 * @param comparison of ways to share
 * @param repositoryBytes of {@code .git} on disk
 * @param derivedBytes of {@code disks/} and {@code roots/} on disk, hard links counted once; can be made again
 */
public record StoreUsage(List<Usage> refs, Comparison comparison, long repositoryBytes, long derivedBytes) {
    /**
     * What the same things would take, uncompressed, if more of them was stored more than once.
     *
     * @param filesBytes here: each object once
     * @param layersBytes if layers were shared only as a whole, as in registries of containers: each different layer with all
     *     its files
     * @param pathsBytes if only results were, as in stores with a folder for each: what each different ref holds, with all its
     *     files
     */
    public record Comparison(long filesBytes, long layersBytes, long pathsBytes) {}

    /**
     * @param logicalBytes of what the ref's tree holds
     * @param uniqueBytes of what no other ref's tree holds: what removing the ref would free, before compression
     */
    public record Usage(String ref, long logicalBytes, long uniqueBytes) {}

    public StoreUsage {
        refs = List.copyOf(refs);
    }
}
