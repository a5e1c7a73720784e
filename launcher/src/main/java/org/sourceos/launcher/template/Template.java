package org.sourceos.launcher.template;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import org.sourceos.gitstore.Digest;

/**
 * A machine that waits for its program, or whose program has been started, saved once; any number are restored from it.
 *
 * @param folder holds {@code ram}, {@code state}, {@code template.json} and, with a program, {@code said}
 * @param name the image it was first made for
 * @param usedBytes what it takes on the disk
 * @param ram what the memory's file looked like when its digest was last taken
 * @param ramDigest see {@link SparseRam}
 * @param saidDigest of what its guest has said of its program; empty when there is none in it
 */
public record Template(
        Path folder,
        String name,
        int memoryMib,
        Instant madeAt,
        long usedBytes,
        FileIdentity ram,
        Digest ramDigest,
        Digest stateDigest,
        Optional<Digest> saidDigest) {
    static final String RAM = "ram";
    static final String STATE = "state";
    static final String SAID = "said";
    static final String DESCRIPTION = "template.json";

    public String key() {
        return String.valueOf(folder.getFileName());
    }

    /** Whether its program was started before it was saved. */
    public boolean holdsProgram() {
        return saidDigest.isPresent();
    }

    Template withRam(FileIdentity looked) {
        return new Template(folder, name, memoryMib, madeAt, usedBytes, looked, ramDigest, stateDigest, saidDigest);
    }
}
