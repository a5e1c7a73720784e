package org.sourceos.gitstore.known;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.sourceos.gitstore.tree.FileIdentity;

/**
 * A table of known files as it lies in the store: how many files, the {@link SourcePlace}, the folder's path with its length; the
 * files, sorted by inode. Safe for several threads.
 */
final class KnownTable {
    private static final long MAGIC = 0x534f4b4e4f574e31L;

    private final SourcePlace place;
    private final byte[] folder;
    private final ByteBuffer files;
    private final boolean[] used;

    /** @param files from the first file to the last */
    private KnownTable(SourcePlace place, byte[] folder, ByteBuffer files) {
        this.place = place;
        this.folder = folder;
        this.files = files;
        this.used = new boolean[files.limit() / KnownFile.BYTES];
    }

    static KnownTable empty(SourcePlace place, byte[] folder) {
        return new KnownTable(place, folder, ByteBuffer.allocate(0));
    }

    static KnownTable of(SourcePlace place, byte[] folder, List<KnownFile> known) {
        SortedMap<Long, KnownFile> sorted = new TreeMap<>();
        known.forEach(file -> sorted.put(file.identity().inode(), file));
        ByteBuffer files = ByteBuffer.allocate(sorted.size() * KnownFile.BYTES);
        sorted.values().forEach(file -> file.write(files));
        return new KnownTable(place, folder, files.flip());
    }

    SourcePlace place() {
        return place;
    }

    /** The folder's path. */
    byte[] folder() {
        return folder.clone();
    }

    /** What is known of a file that is as it was; each such file is asked for by one thread. */
    Optional<KnownFile> find(FileIdentity file) {
        int low = 0;
        int high = used.length - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int at = middle * KnownFile.BYTES;
            int order = Long.compare(files.getLong(at), file.inode());
            if (order == 0) {
                if (!KnownFile.isOf(file, files, at)) {
                    return Optional.empty();
                }
                used[middle] = true;
                return Optional.of(KnownFile.read(place.device(), files, at));
            }
            if (order < 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return Optional.empty();
    }

    /** Whether somebody has asked for every file. */
    boolean isAllUsed() {
        for (boolean one : used) {
            if (!one) {
                return false;
            }
        }
        return true;
    }

    /** All that somebody has asked for. */
    List<KnownFile> used() {
        List<KnownFile> all = new ArrayList<>();
        for (int i = 0; i < used.length; i++) {
            if (used[i]) {
                all.add(KnownFile.read(place.device(), files, i * KnownFile.BYTES));
            }
        }
        return all;
    }

    void write(Path file, Path temporary) throws IOException {
        ByteBuffer head = ByteBuffer.allocate(4 + SourcePlace.BYTES + 4 + folder.length);
        head.putInt(used.length);
        place.write(head);
        head.putInt(folder.length).put(folder);
        SummedFile.write(file, MAGIC, temporary, head.flip(), files);
    }

    /** Empty for what is missing, damaged, or of another version. */
    static Optional<KnownTable> read(Path file) {
        return SummedFile.read(file, MAGIC).flatMap(KnownTable::decode);
    }

    private static Optional<KnownTable> decode(ByteBuffer in) {
        try {
            int count = in.getInt();
            SourcePlace place = SourcePlace.read(in);
            byte[] folder = new byte[in.getInt()];
            in.get(folder);
            return in.remaining() == (long) count * KnownFile.BYTES
                    ? Optional.of(new KnownTable(place, folder, in.slice()))
                    : Optional.empty();
        } catch (BufferUnderflowException | NegativeArraySizeException e) {
            return Optional.empty(); // nothing of ours
        }
    }
}
