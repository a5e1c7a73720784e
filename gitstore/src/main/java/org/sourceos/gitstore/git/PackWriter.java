package org.sourceos.gitstore.git;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import org.jspecify.annotations.Nullable;
import org.sourceos.gitstore.ObjectName;
import org.sourceos.host.AtomicFile;

/**
 * Writes one pack with its index ({@code gitformat-pack(5)}) into a temporary folder and, when complete and flushed, moves
 * it among the repository's. Objects that the repository has are left out; without a new object there is no pack.
 *
 * <p>Objects may be added by several threads at once: each deflates its own, only appending is one at a time.
 */
public final class PackWriter implements AutoCloseable {
    private static final int BUFFER = 1 << 18;

    /** Of {@link #storingSmall}: a page, which such an object would take as a file too. */
    private static final int SMALL = 4096;

    private static final String KEEP = ".keep";

    /** What {@link #KEEP} of a pack of ours says; what somebody else wrote there is theirs. */
    static final String KEPT_FOR_DISKS = "sourceos: machines read from this pack\n";

    private static final String KEPT_MIXED = "sourceos: machines read from this pack, which has files of many layers\n";

    private final GitObjects objects;
    private final Path packFolder;
    private final Path packFile;
    private final Path indexFile;
    private final PackOutput out;
    private final LooseNames loose;
    private final Set<ObjectName> claimed = new HashSet<>();
    private final List<PackEntry> written = new ArrayList<>();
    private String packName = "";
    private boolean sealed;
    private @Nullable PagedPart ownPart;
    private Optional<String> keep = Optional.empty();
    private int storeBelow;

    /** @param temporary an empty folder on the repository's file system, removed by the caller */
    public PackWriter(GitObjects objects, Path packFolder, Path temporary) throws IOException {
        this.objects = objects;
        this.packFolder = packFolder;
        this.packFile = temporary.resolve("new.pack");
        this.indexFile = temporary.resolve("new.idx");
        this.out = new PackOutput(packFile);
        this.loose = new LooseNames(objects.folder());
        objects.rescan();
    }

    /** How much has been written. */
    public long bytesWritten() {
        return out.position();
    }

    public ObjectName add(ObjectType type, byte[] content) throws IOException {
        try (ObjectEncoder encoder = new ObjectEncoder()) {
            return add(type, content, content.length, encoder);
        }
    }

    /** As {@link #add(ObjectType, byte[])}, of the first bytes of an array, with what the thread has to do it. */
    public ObjectName add(ObjectType type, byte[] content, int size, ObjectEncoder encoder) throws IOException {
        byte[] key = encoder.key(type, content, size);
        ObjectName name = Sha1.name(key);
        if (claim(key, name)) {
            byte[] head = EntryHeader.of(type, size);
            if (size < storeBelow) {
                encoder.store(content, size);
            } else {
                encoder.deflate(content, size);
            }
            addEntry(key, head, encoder.bytes(), 0, encoder.length());
        }
        return name;
    }

    /**
     * Adds a blob that {@link #isNew}, compressed; for what is too large for memory.
     *
     * @throws ChangedContentException if the content does not have that size; then the pack cannot be finished
     */
    public void addLarge(ObjectName name, long size, InputStream content) throws IOException {
        addLarge(name, size, content, 1);
    }

    synchronized void addLarge(ObjectName name, long size, InputStream content, int level) throws IOException {
        CRC32 crc = new CRC32();
        final long start = out.position();
        Appender entry = new Appender(crc);
        entry.write(EntryHeader.of(ObjectType.BLOB, size));
        byte[] first = content.readNBytes(AlreadyCompressed.NEEDED);
        Deflater deflater = new Deflater(AlreadyCompressed.is(first, first.length) ? 0 : level);
        try {
            OutputStream deflating = new java.util.zip.DeflaterOutputStream(entry, deflater, BUFFER);
            deflating.write(first);
            if (first.length + content.transferTo(deflating) != size) {
                throw new ChangedContentException();
            }
            deflating.close();
        } finally {
            deflater.end();
        }
        written.add(new PackEntry(Sha1.bytes(name), (int) crc.getValue(), start));
    }

    /**
     * Begins a pack for blobs of {@link #isForPages such sizes} which machines read as a disk: it is kept as it is by git, and
     * only a collection of the store, which knows who uses it, replaces it.
     */
    public static PackWriter pageAligned(GitObjects objects, Path packFolder, Path temporary) throws IOException {
        PackWriter writer = new PackWriter(objects, packFolder, temporary);
        writer.keep = Optional.of(KEPT_FOR_DISKS);
        return writer;
    }

    /**
     * Begins a pack in which the smallest objects are not compressed: of a system's files they are three quarters, to compress
     * them takes as long as everything else together, and saves less than one part in a hundred.
     */
    public static PackWriter storingSmall(GitObjects objects, Path packFolder, Path temporary) throws IOException {
        PackWriter writer = new PackWriter(objects, packFolder, temporary);
        writer.storeBelow = SMALL;
        return writer;
    }

    /** What a pack is to machines: what {@code .keep} beside it says. */
    public enum Paging {
        /** Not for them. */
        NONE,
        /** The large files of one layer. */
        ONE_LAYER,
        /** Those of layers that have nothing to do with each other. */
        MIXED;

        public static Paging of(Path pack) throws IOException {
            try {
                return switch (Files.readString(PackFiles.beside(pack, KEEP), StandardCharsets.ISO_8859_1)) {
                    case KEPT_FOR_DISKS -> ONE_LAYER;
                    case KEPT_MIXED -> MIXED;
                    default -> NONE;
                };
            } catch (NoSuchFileException | AccessDeniedException e) {
                return NONE;
            }
        }
    }

    /** Whether a blob of that size is worth lying in whole pages. */
    public static boolean isForPages(long size) {
        return size >= PageAligned.SMALLEST;
    }

    /** Whether a blob of that name was neither added before nor is in the repository; from then on it counts as added. */
    public boolean isNew(ObjectName name) throws IOException {
        return claim(Sha1.bytes(name), name);
    }

    /**
     * Adds a blob that {@link #isNew}, in whole pages. Several threads write at the same time, each with its own part.
     *
     * @throws ChangedContentException if the content does not have that size; then the pack cannot be finished
     */
    public void addInPages(
            ObjectName name, long size, ReadableByteChannel content, PagedPart part, PagedPart.Taker taker)
            throws IOException {
        long left = size - part.read(content, size, taker);
        PagedEntry entry = begin(size);
        entry.first(part);
        while (left > 0) {
            entry.write(part);
            int read = part.read(content, left, taker);
            part.continueAfter(left);
            left -= read;
        }
        if (!part.isAtEnd(content)) {
            throw new ChangedContentException();
        }
        end(entry.last(part, Sha1.bytes(name)));
    }

    /** As {@link #addInPages}, of a blob that is in the part as a whole. */
    public void addInPages(ObjectName name, long size, PagedPart part) throws IOException {
        PagedEntry entry = begin(size);
        entry.first(part);
        end(entry.last(part, Sha1.bytes(name)));
    }

    /** As {@link #addInPages}, of a stream. */
    public synchronized void addInPages(ObjectName name, long size, InputStream content) throws IOException {
        PagedPart part = ownPart == null ? new PagedPart() : ownPart;
        ownPart = part;
        addInPages(name, size, Channels.newChannel(content), part, (bytes, length) -> {});
    }

    private synchronized PagedEntry begin(long size) throws IOException {
        return new PagedEntry(out, EntryHeader.of(ObjectType.BLOB, size), size);
    }

    private synchronized void end(PackEntry entry) {
        written.add(entry);
    }

    /** The name that an object has. */
    public static ObjectName name(ObjectType type, byte[] content) {
        return Sha1.name(Sha1.start(type, content.length).digest(content));
    }

    /** Begins to compute the name of a blob of that size, for {@link #addBlob}. */
    public static MessageDigest startName(long size) {
        return Sha1.start(ObjectType.BLOB, size);
    }

    public static ObjectName endName(MessageDigest digest) {
        return Sha1.name(digest.digest());
    }

    /** Begins a pack that may hold again what others hold, as when those shall go. */
    static PackWriter again(Path packFolder, Path temporary) throws IOException {
        return new PackWriter(new GitObjects(temporary.resolve("nothing")), packFolder, temporary);
    }

    /** As {@link #again}, for machines to read. */
    static PackWriter pageAlignedAgain(Path packFolder, Path temporary, boolean mixed) throws IOException {
        PackWriter writer = pageAligned(new GitObjects(temporary.resolve("nothing")), packFolder, temporary);
        writer.keep = Optional.of(mixed ? KEPT_MIXED : KEPT_FOR_DISKS);
        return writer;
    }

    /** Adds an entry that is made already: its header and a part of an array; the caller adds each once. */
    void addEntry(byte[] key, byte[] head, byte[] body, int from, int length) throws IOException {
        CRC32 crc = new CRC32();
        crc.update(head);
        crc.update(body, from, length);
        synchronized (this) {
            written.add(new PackEntry(key, (int) crc.getValue(), out.position()));
            out.append(head, 0, head.length);
            out.append(body, from, length);
        }
    }

    /** Adds an entry as another pack has it; the caller adds each once. */
    synchronized void addEntry(byte[] key, byte[] entry, int length, int crc) throws IOException {
        written.add(new PackEntry(key, crc, out.position()));
        out.append(entry, 0, length);
    }

    /** The rest of an entry too long for one array: comes right after {@link #addEntry}. */
    synchronized void addRest(byte[] rest, int length) throws IOException {
        out.append(rest, 0, length);
    }

    /** How many objects were added. */
    synchronized int count() {
        return written.size();
    }

    /** What the finished pack is called, without an ending; empty if there is none. */
    public String packName() {
        return packName;
    }

    private boolean claim(byte[] key, ObjectName name) throws IOException {
        synchronized (claimed) {
            if (!claimed.add(name)) {
                return false;
            }
        }
        return !objects.hasPacked(key) && !loose.contains(name);
    }

    private final class Appender extends OutputStream {
        private final CRC32 crc;

        Appender(CRC32 crc) {
            this.crc = crc;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            crc.update(bytes, offset, length);
            out.append(bytes, offset, length);
        }
    }

    /**
     * Completes the pack and puts it among the repository's, flushed to the disk: the pack first and its index, by which it
     * becomes visible, after it. All adding must be over.
     */
    public synchronized void finish() throws IOException {
        seal();
        if (!sealed) {
            return;
        }
        if (keep.isPresent()) {
            Path kept = packFolder.resolve(packName + KEEP);
            AtomicFile.write(kept, keep.get());
            Files.setPosixFilePermissions(kept, PosixFilePermissions.fromString("r--r--r--"));
        }
        AtomicFile.moveIntoPlace(packFile, packFolder.resolve(packName + ".pack"));
        AtomicFile.moveIntoPlace(indexFile, packFolder.resolve(packName + ".idx"));
        AtomicFile.syncFolder(packFolder);
        objects.rescan();
    }

    /**
     * Does of {@link #finish} what takes long and shows nothing: sums the pack, writes its index, and flushes both. All adding
     * must be over.
     */
    public synchronized void seal() throws IOException {
        if (sealed || written.isEmpty()) {
            return;
        }
        byte[] checksum = out.end(written.size());
        byte[] index = PackEntry.index(written, checksum);
        AtomicFile.write(indexFile, file -> file.write(index));
        for (Path file : List.of(packFile, indexFile)) {
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--r--r--"));
        }
        packName = "pack-" + Sha1.name(checksum);
        sealed = true;
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
