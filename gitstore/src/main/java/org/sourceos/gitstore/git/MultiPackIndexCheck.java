package org.sourceos.gitstore.git;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sourceos.host.Cancellation;

/** Compares git's one index for many packs with its checksum, and with the indexes of the packs that it names. */
final class MultiPackIndexCheck {
    private final Path folder;
    private final Path file;
    private final Cancellation cancellation;

    MultiPackIndexCheck(Path packFolder, Cancellation cancellation) {
        this.folder = packFolder;
        this.file = packFolder.resolve(MultiPackIndex.NAME);
        this.cancellation = cancellation;
    }

    Optional<StorageCheck.Damage> run() throws IOException {
        try {
            FileStamp before = FileStamp.of(file);
            String problem = problem();
            // A collection may have removed it and packs that it names meanwhile; that is no damage.
            return problem != null && FileStamp.of(file).looksLike(before)
                    ? Optional.of(new StorageCheck.Damage(file, problem))
                    : Optional.empty();
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    private @Nullable String problem() throws IOException {
        try {
            StorageCheck.trailer(file, cancellation);
            Optional<MultiPackIndex> index = MultiPackIndex.open(file);
            return index.isEmpty() ? null : problem(index.get());
        } catch (CorruptObjectException e) {
            return "is damaged: " + e.getMessage();
        }
    }

    private @Nullable String problem(MultiPackIndex index) throws IOException {
        Map<Integer, PackIndex> packs = new HashMap<>();
        for (int i = 0; i < index.packs().size(); i++) {
            cancellation.throwIfCancelled();
            String name = index.packs().get(i);
            Path pack = folder.resolve(name);
            if (!name.matches("pack-[0-9a-f]{40}\\.idx") || !Files.exists(PackFiles.beside(pack, ".pack"))) {
                return "names a pack that is not there: " + name;
            }
            try {
                packs.put(i, PackIndex.open(pack));
            } catch (NoSuchFileException e) {
                return "names a pack that is not there: " + name;
            } catch (CorruptObjectException | AccessDeniedException e) {
                // That is said of the pack.
            }
        }
        for (int i = 0; i < index.count(); i++) {
            cancellation.throwIfCancelled();
            PackIndex pack = packs.get(index.pack(i));
            byte[] name = new byte[20];
            index.copyName(i, name, 0);
            if (pack != null && pack.offset(name) != index.offset(i)) {
                return "says of " + Sha1.name(name) + " something else than the index of its pack";
            }
        }
        for (PackIndex pack : packs.values()) {
            cancellation.throwIfCancelled();
            for (int i = 0; i < pack.count(); i++) {
                if (index.position(pack.key(i)) < 0) {
                    return "lacks " + Sha1.name(pack.key(i)) + ", which is in a pack that it names";
                }
            }
        }
        return null;
    }
}
