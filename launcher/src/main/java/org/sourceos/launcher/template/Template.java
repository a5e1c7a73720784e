package org.sourceos.launcher.template;

import java.nio.file.Path;
import java.time.Instant;
import org.sourceos.gitstore.Digest;

/**
 * A machine that waits for its program, saved once, from which any number are restored.
 *
 * @param folder holds {@code ram}, {@code state} and {@code template.json}
 * @param name the image it was first made for
 * @param usedBytes what it takes on the disk
 * @param ram what the memory's file looked like when its digest was last taken
 * @param ramDigest see {@link SparseRam}
 */
public record Template(
        Path folder,
        String name,
        int memoryMib,
        Instant madeAt,
        long usedBytes,
        FileIdentity ram,
        Digest ramDigest,
        Digest stateDigest) {
    static final String RAM = "ram";
    static final String STATE = "state";
    static final String DESCRIPTION = "template.json";

    public String key() {
        return String.valueOf(folder.getFileName());
    }

    Template withRam(FileIdentity looked) {
        return new Template(folder, name, memoryMib, madeAt, usedBytes, looked, ramDigest, stateDigest);
    }
}
