package org.sourceos.gitstore.collect;

import java.util.List;

/**
 * What a collection did, or would do.
 *
 * @param refs sorted by name
 * @param freed by kind; kinds of which there was nothing are not listed
 * @param notes what stays although it need not, and why
 */
public record Collected(List<RefFate> refs, List<Freed> freed, List<String> notes) {
    /**
     * @param kind in the plural: "disks", "objects"
     * @param bytes that the disk has more
     */
    public record Freed(String kind, long count, long bytes) {}

    public Collected {
        refs = List.copyOf(refs);
        freed = List.copyOf(freed);
        notes = List.copyOf(notes);
    }

    public long bytes() {
        return freed.stream().mapToLong(Freed::bytes).sum();
    }
}
