package org.sourceos.gitstore.git;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;

/** What writers and sweeps leave that were killed: packs without an index, and notes of packs that are gone. */
final class PackLeftovers {
    /** A writer that lives has its index written by then. */
    private static final Duration PATIENCE = Duration.ofHours(1);

    private final Path packs;
    private final Instant old;
    private final boolean dryRun;
    private final SweepTally tally;

    /** @param packs git's folder of them */
    PackLeftovers(Path packs, Instant start, boolean dryRun, SweepTally tally) {
        this.packs = packs;
        this.old = start.minus(PATIENCE);
        this.dryRun = dryRun;
        this.tally = tally;
    }

    void remove() throws IOException {
        forEach("pack-*" + PackFiles.PACK, pack -> {
            if (!Files.exists(PackFiles.beside(pack, PackFiles.INDEX)) && isOld(pack)) {
                tally.bytesFreed(Files.size(pack));
                delete(pack);
            }
        });
        forEach("pack-*" + PackFiles.KEEP, keep -> {
            if (!Files.exists(PackFiles.beside(keep, PackFiles.PACK)) && HeldPacks.isForMachines(keep) && isOld(keep)) {
                delete(keep);
            }
        });
    }

    /** What is done with a file. */
    @FunctionalInterface
    private interface Use {
        void of(Path file) throws IOException;
    }

    private void forEach(String names, Use use) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(packs, names)) {
            for (Path file : files) {
                use.of(file);
            }
        } catch (NoSuchFileException e) {
            // There are no packs yet.
        }
    }

    private boolean isOld(Path file) throws IOException {
        return Files.getLastModifiedTime(file).toInstant().isBefore(old);
    }

    private void delete(Path file) throws IOException {
        if (!dryRun) {
            Files.deleteIfExists(file);
        }
    }
}
