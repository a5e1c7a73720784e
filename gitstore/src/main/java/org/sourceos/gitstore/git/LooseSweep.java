package org.sourceos.gitstore.git;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.sourceos.gitstore.ObjectName;
import org.sourceos.host.Cancellation;

/** Removes loose objects: those that are not needed, and those that have got a place in a pack. */
final class LooseSweep {
    private final Path objects;
    private final NeededObjects needed;
    private final HeldPacks held;
    private final PackRemoval removal;
    private final boolean dryRun;
    private final SweepTally tally;
    private final Cancellation cancellation;

    /** @param objects git's folder */
    LooseSweep(
            Path objects,
            NeededObjects needed,
            HeldPacks held,
            PackRemoval removal,
            boolean dryRun,
            SweepTally tally,
            Cancellation cancellation) {
        this.objects = objects;
        this.needed = needed;
        this.held = held;
        this.removal = removal;
        this.dryRun = dryRun;
        this.tally = tally;
        this.cancellation = cancellation;
    }

    /** Removes those that are not needed; the others. */
    List<LooseObject> removeUseless() throws IOException {
        List<LooseObject> live = new ArrayList<>();
        boolean checked = false;
        for (int i = 0; i < 256; i++) {
            cancellation.throwIfCancelled();
            for (LooseObject loose : list(String.format(Locale.ROOT, "%02x", i))) {
                if (needed.isLive(loose.name())) {
                    live.add(loose);
                    continue;
                }
                if (!checked) {
                    removal.check();
                    checked = true;
                }
                tally.objectsFreed(1);
                remove(loose);
            }
        }
        return live;
    }

    private List<LooseObject> list(String prefix) throws IOException {
        List<LooseObject> found = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(objects.resolve(prefix))) {
            for (Path file : files) {
                String text = prefix + file.getFileName();
                if (text.matches("[0-9a-f]{40}") && !held.isNew(file)) {
                    found.add(new LooseObject(new ObjectName(text), file, Files.size(file)));
                }
            }
        } catch (NoSuchFileException e) {
            // No loose object begins with this byte.
        }
        return found;
    }

    void remove(LooseObject loose) throws IOException {
        tally.bytesFreed(loose.size());
        if (!dryRun) {
            Files.deleteIfExists(loose.file());
        }
    }
}
