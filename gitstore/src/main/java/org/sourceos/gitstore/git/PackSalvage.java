package org.sourceos.gitstore.git;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.sourceos.host.Cancellation;
import org.sourceos.host.Directories;

/**
 * Writes what can still be read of a damaged pack into a new one and removes the old. With a sound index its entries are tried
 * one by one; without, the pack is read from its beginning as far as that goes, which needs no index.
 */
public final class PackSalvage {
    private static final int HEADER = 12;

    private final Path objects;
    private final Path temporary;
    private final Cancellation cancellation;

    /** @param temporary an empty folder on the repository's file system, removed by the caller */
    public PackSalvage(Path objects, Path temporary, Cancellation cancellation) {
        this.objects = objects;
        this.temporary = temporary;
        this.cancellation = cancellation;
    }

    /**
     * @param file a pack, or its index
     * @return how many objects were saved
     */
    public int run(Path file) throws IOException {
        Path pack = PackFiles.beside(file, ".pack");
        PackCover.remove(objects.resolve("pack"));
        Path folder = Files.createTempDirectory(temporary, "salvage");
        try (PackWriter writer = PackWriter.again(objects.resolve("pack"), folder)) {
            if (Files.exists(pack)) {
                Optional<PackIndex> index = index(pack);
                if (index.isPresent()) {
                    byIndex(new Pack(new KnownPack(pack)), writer);
                } else {
                    byScan(pack, writer);
                }
            }
            writer.finish();
            for (String ending : PackFiles.ENDINGS) {
                Path old = PackFiles.beside(pack, ending);
                // Nothing of the pack itself was damaged: then the new one has its name, and a new index.
                if (!String.valueOf(pack.getFileName()).equals(writer.packName() + ".pack")) {
                    Files.deleteIfExists(old);
                }
            }
            return writer.count();
        } finally {
            Directories.remove(folder);
        }
    }

    private static Optional<PackIndex> index(Path pack) throws IOException {
        try {
            return Optional.of(PackIndex.open(PackFiles.beside(pack, ".idx"))).filter(PackIndex::isSound);
        } catch (CorruptObjectException | NoSuchFileException e) {
            return Optional.empty();
        }
    }

    private void byIndex(Pack pack, PackWriter writer) throws IOException {
        try (pack;
                GitObjects all = new GitObjects(objects);
                PackEntries entries = new PackEntries(pack)) {
            for (int i = 0; i < entries.count(); i++) {
                cancellation.throwIfCancelled();
                byte[] key = pack.index().key(entries.position(i));
                try {
                    GitObject object = pack.open(Sha1.name(key), pack.index().offset(entries.position(i)), all::open);
                    try (InputStream in = object.open()) {
                        in.transferTo(OutputStream.nullOutputStream());
                    }
                    if (!entries.copy(i, writer, cancellation)) {
                        writer.add(object.type(), object.bytes());
                    }
                } catch (CorruptObjectException | MissingObjectException e) {
                    // It is lost, unless it is somewhere else too.
                }
            }
        }
    }

    private void byScan(Path pack, PackWriter writer) throws IOException {
        try (FileChannel channel = FileChannel.open(pack, StandardOpenOption.READ)) {
            long end = channel.size() - 20;
            ByteBuffer head = ByteBuffer.allocate(HEADER);
            channel.read(head, 0);
            int count = head.getInt(8);
            long at = HEADER;
            for (int i = 0; i < count && at < end; i++) {
                cancellation.throwIfCancelled();
                at = entry(pack, channel, at, end, writer);
                if (at < 0) {
                    return;
                }
            }
        }
    }

    /** Where the next entry begins; -1 when this one cannot be read, and so its end is not known. */
    private long entry(Path pack, FileChannel channel, long at, long end, PackWriter writer) throws IOException {
        try (InputStream file = Files.newInputStream(pack)) {
            file.skipNBytes(at);
            InputStream in = new BufferedInputStream(file, 1 << 16);
            EntryHeader head;
            try {
                head = EntryHeader.read(in);
            } catch (EOFException | CorruptObjectException e) {
                return -1;
            }
            long size = head.size();
            if (head.type() == EntryHeader.OFS_DELTA) {
                return delta(pack, at, in, head, end, writer);
            }
            if (head.type() < 1 || head.type() > 4) {
                return -1; // a delta whose base is elsewhere
            }
            MessageDigest digest = Sha1.start(ObjectType.ofNumber(head.type()), size);
            long deflated = inflate(in, size, digest);
            if (deflated < 0) {
                return -1;
            }
            long length = head.length() + deflated;
            if (at + length > end) {
                return -1;
            }
            copy(channel, at, length, digest.digest(), writer);
            return at + length;
        }
    }

    /** What it is based on comes before it; if that is damaged, this one is lost, and those after it are not. */
    private static long delta(Path pack, long at, InputStream in, EntryHeader head, long end, PackWriter writer)
            throws IOException {
        long deflated = inflate(in, head.size(), Sha1.start());
        long next = at + head.length() + deflated;
        if (deflated < 0 || next > end) {
            return -1;
        }
        try {
            ScannedDelta read = ScannedDelta.read(pack, at);
            writer.add(read.type(), read.content());
        } catch (CorruptObjectException e) {
            // It is lost, unless it is somewhere else too.
        }
        return next;
    }

    private static long inflate(InputStream in, long size, MessageDigest digest) throws IOException {
        Inflater inflater = new Inflater();
        try {
            byte[] input = new byte[1 << 14];
            byte[] output = new byte[1 << 16];
            while (!inflater.finished()) {
                if (inflater.needsInput()) {
                    int n = in.read(input);
                    if (n < 0) {
                        return -1;
                    }
                    inflater.setInput(input, 0, n);
                }
                digest.update(output, 0, inflater.inflate(output));
            }
            return inflater.getBytesWritten() == size ? inflater.getBytesRead() : -1;
        } catch (DataFormatException e) {
            return -1;
        } finally {
            inflater.end();
        }
    }

    private static void copy(FileChannel channel, long at, long length, byte[] key, PackWriter writer)
            throws IOException {
        // Objects are below 2 GiB; what cannot be held at once is left for the next build to make anew.
        if (length > 1 << 29) {
            return;
        }
        ByteBuffer bytes = ByteBuffer.allocate((int) length);
        while (bytes.hasRemaining() && channel.read(bytes, at + bytes.position()) >= 0) {
            // Until full.
        }
        CRC32 crc = new CRC32();
        crc.update(bytes.array());
        writer.addEntry(key, bytes.array(), (int) length, (int) crc.getValue());
    }
}
