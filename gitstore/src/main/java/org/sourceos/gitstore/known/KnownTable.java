package org.sourceos.gitstore.known;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;
import java.util.zip.Checksum;
import org.sourceos.gitstore.tree.FileIdentity;

/**
 * A table of known files as it lies in the store: magic and version, how many files, the {@link SourcePlace}, the folder's path
 * with its length; the files, sorted by inode; two checksums of all that. Safe for several threads.
 */
final class KnownTable {
    private static final long MAGIC = 0x534f4b4e4f574e31L;
    private static final int CHECKSUMS = 8;

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

    int size() {
        return used.length;
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

    byte[] encode() {
        ByteBuffer out = ByteBuffer.allocate(
                8 + 4 + SourcePlace.BYTES + 4 + folder.length + files.limit() + CHECKSUMS);
        out.putLong(MAGIC).putInt(used.length);
        place.write(out);
        out.putInt(folder.length).put(folder).put(files.duplicate());
        int length = out.position();
        out.putInt(sum(new CRC32(), out.array(), length)).putInt(sum(new CRC32C(), out.array(), length));
        return out.array();
    }

    /** Empty for what is missing, damaged, or of another version. */
    static Optional<KnownTable> read(Path file) {
        try {
            return decode(Files.readAllBytes(file));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            return Optional.empty(); // not ours to read, for instance
        }
    }

    private static Optional<KnownTable> decode(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        int length = bytes.length - CHECKSUMS;
        if (length < 8 + 4 + SourcePlace.BYTES + 4
                || in.getLong() != MAGIC
                || in.getInt(length) != sum(new CRC32(), bytes, length)
                || in.getInt(length + 4) != sum(new CRC32C(), bytes, length)) {
            return Optional.empty();
        }
        int count = in.getInt();
        SourcePlace place = SourcePlace.read(in);
        int path = in.getInt();
        if (count < 0 || path < 0 || in.position() + path + (long) count * KnownFile.BYTES != length) {
            return Optional.empty();
        }
        byte[] folder = new byte[path];
        in.get(folder);
        return Optional.of(new KnownTable(place, folder, in.limit(length).slice()));
    }

    private static int sum(Checksum checksum, byte[] bytes, int length) {
        checksum.update(bytes, 0, length);
        return (int) checksum.getValue();
    }
}
