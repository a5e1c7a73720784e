package org.sourceos.gitstore;

import java.util.List;

/**
 * What a store takes. Bytes of refs are those of their objects uncompressed, each object counted once; bytes on disk are what
 * files have.
 *
 * @param refs sorted by name
 * @param repositoryBytes of {@code .git} on disk
 * @param derivedBytes of {@code disks/} and {@code roots/} on disk, hard links counted once; can be made again
 */
public record StoreUsage(List<Usage> refs, long repositoryBytes, long derivedBytes) {
    /**
     * @param logicalBytes of what the ref's tree holds
     * @param uniqueBytes of what no other ref's tree holds: what removing the ref would free, before compression
     */
    public record Usage(String ref, long logicalBytes, long uniqueBytes) {}

    public StoreUsage {
        refs = List.copyOf(refs);
    }
}
