package org.sourceos.gitstore.git;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.zip.Adler32;
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
    private static final int HEADER = 12;
    private static final long FLUSH_EVERY = 64L << 20;

    private static final byte[] ZLIB_HEADER = {0x78, 1};
    private static final String KEEP = ".keep";

    /** What {@link #KEEP} of a pack of ours says; what somebody else wrote there is theirs. */
    static final String KEPT_FOR_DISKS = "sourceos: machines read from this pack\n";

    private static final String KEPT_MIXED = "sourceos: machines read from this pack, which has files of many layers\n";

    private record Written(byte[] key, int crc, long offset) {}

    private final GitObjects objects;
    private final Path packFolder;
    private final Path packFile;
    private final Path indexFile;
    private final FileChannel channel;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);
    private final Set<ObjectName> claimed = new HashSet<>();
    private final List<Written> written = new ArrayList<>();
    private long position;
    private String packName = "";
    private long flushedTo;
    private @Nullable Thread flushing;
    private Optional<String> keep = Optional.empty();

    /** @param temporary an empty folder on the repository's file system, removed by the caller */
    public PackWriter(GitObjects objects, Path packFolder, Path temporary) throws IOException {
        this.objects = objects;
        this.packFolder = packFolder;
        this.packFile = temporary.resolve("new.pack");
        this.indexFile = temporary.resolve("new.idx");
        this.channel = FileChannel.open(
                packFile, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
        objects.rescan();
        append(new byte[HEADER], 0, HEADER);
    }

    /** How much has been written. */
    public synchronized long bytesWritten() {
        return position;
    }

    public ObjectName add(ObjectType type, byte[] content) throws IOException {
        MessageDigest digest = Sha1.start(type, content.length);
        byte[] key = digest.digest(content);
        ObjectName name = Sha1.name(key);
        if (claim(key, name)) {
            byte[] head = entryHeader(type, content.length);
            byte[] deflated = deflate(content, AlreadyCompressed.is(content) ? 0 : 1);
            CRC32 crc = new CRC32();
            crc.update(head);
            crc.update(deflated);
            synchronized (this) {
                written.add(new Written(key, (int) crc.getValue(), position));
                append(head, 0, head.length);
                append(deflated, 0, deflated.length);
            }
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
        final long start = position;
        Appender entry = new Appender(crc);
        entry.write(entryHeader(ObjectType.BLOB, size));
        byte[] first = content.readNBytes(AlreadyCompressed.NEEDED);
        Deflater deflater = new Deflater(AlreadyCompressed.is(first) ? 0 : level);
        try {
            OutputStream out = new java.util.zip.DeflaterOutputStream(entry, deflater, BUFFER);
            out.write(first);
            if (first.length + content.transferTo(out) != size) {
                throw new ChangedContentException();
            }
            out.close();
        } finally {
            deflater.end();
        }
        written.add(new Written(Sha1.bytes(name), (int) crc.getValue(), start));
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
                return switch (Files.readString(StorageCheck.other(pack, KEEP), StandardCharsets.ISO_8859_1)) {
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
     * Adds a blob that {@link #isNew}, in whole pages.
     *
     * @throws ChangedContentException if the content does not have that size; then the pack cannot be finished
     */
    public synchronized void addInPages(ObjectName name, long size, InputStream content) throws IOException {
        CRC32 entry = new CRC32();
        Adler32 adler = new Adler32();
        Appender out = new Appender(entry);
        final long start = position;
        out.write(entryHeader(ObjectType.BLOB, size));
        out.write(ZLIB_HEADER);
        byte[] run = new byte[PageAligned.LAST];
        for (long left = size; left > 0; ) {
            boolean last = left <= PageAligned.LAST;
            int length = last ? (int) left : PageAligned.RUN;
            out.write(PageAligned.padding(PageAligned.gap(position)));
            out.write(PageAligned.header(length, last));
            if (content.readNBytes(run, 0, length) < length) {
                throw new ChangedContentException();
            }
            adler.update(run, 0, length);
            out.write(run, 0, length);
            left -= length;
        }
        if (content.read() >= 0) {
            throw new ChangedContentException();
        }
        out.write(ByteBuffer.allocate(4).putInt((int) adler.getValue()).array());
        written.add(new Written(Sha1.bytes(name), (int) entry.getValue(), start));
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

    /** Adds an entry as another pack has it; the caller adds each once. */
    synchronized void addEntry(byte[] key, byte[] entry, int length, int crc) throws IOException {
        written.add(new Written(key, crc, position));
        append(entry, 0, length);
    }

    /** The rest of an entry too long for one array: comes right after {@link #addEntry}. */
    synchronized void addRest(byte[] rest, int length) throws IOException {
        append(rest, 0, length);
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
        return !objects.has(key, name);
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
            append(bytes, offset, length);
        }
    }

    private static byte[] entryHeader(ObjectType type, long size) {
        return entryHeader(type.number(), size);
    }

    static byte[] entryHeader(int type, long size) {
        byte[] head = new byte[10];
        int n = 0;
        int low = (type << 4) | (int) (size & 15);
        for (long rest = size >>> 4; rest != 0; rest >>>= 7) {
            head[n++] = (byte) (low | 0x80);
            low = (int) (rest & 0x7f);
        }
        head[n++] = (byte) low;
        return Arrays.copyOf(head, n);
    }

    private static byte[] deflate(byte[] content, int level) {
        Deflater deflater = new Deflater(level);
        try {
            deflater.setInput(content);
            deflater.finish();
            byte[] out = new byte
                    [Math.max(64, level == 0 ? content.length + content.length / 1000 + 64 : content.length / 2)];
            int n = 0;
            while (!deflater.finished()) {
                if (n == out.length) {
                    out = Arrays.copyOf(out, out.length + out.length / 2);
                }
                n += deflater.deflate(out, n, out.length - n);
            }
            return Arrays.copyOf(out, n);
        } finally {
            deflater.end();
        }
    }

    private synchronized void append(byte[] bytes, int offset, int length) throws IOException {
        int from = offset;
        int left = length;
        while (left > 0) {
            int n = Math.min(left, buffer.remaining());
            buffer.put(bytes, from, n);
            from += n;
            left -= n;
            if (!buffer.hasRemaining()) {
                flush();
            }
        }
        position += length;
    }

    private void flush() throws IOException {
        buffer.flip();
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
        buffer.clear();
        if (position - flushedTo > FLUSH_EVERY) {
            beginToFlush();
        }
    }

    /**
     * Completes the pack and puts it among the repository's, flushed to the disk: the pack first and its index, by which it
     * becomes visible, after it. All adding must be over.
     */
    public synchronized void finish() throws IOException {
        if (written.isEmpty()) {
            return;
        }
        flush();
        ByteBuffer head = ByteBuffer.allocate(HEADER);
        head.putInt(0x5041434b).putInt(2).putInt(written.size()).flip();
        channel.write(head, 0);
        beginToFlush();
        byte[] checksum = hashFile();
        endFlushing();
        append(checksum, 0, checksum.length);
        flush();
        channel.force(true);
        channel.close();
        byte[] index = index(checksum);
        AtomicFile.write(indexFile, out -> out.write(index));
        for (Path file : List.of(packFile, indexFile)) {
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--r--r--"));
        }
        String name = "pack-" + Sha1.name(checksum);
        packName = name;
        if (keep.isPresent()) {
            Path kept = packFolder.resolve(name + KEEP);
            AtomicFile.write(kept, keep.get());
            Files.setPosixFilePermissions(kept, PosixFilePermissions.fromString("r--r--r--"));
        }
        AtomicFile.moveIntoPlace(packFile, packFolder.resolve(name + ".pack"));
        AtomicFile.moveIntoPlace(indexFile, packFolder.resolve(name + ".idx"));
        AtomicFile.syncFolder(packFolder);
        objects.rescan();
    }

    /** The disk writes while more is added, and while it is summed; what counts is the flush at the end. */
    private void beginToFlush() {
        Thread before = flushing;
        if (before != null && before.isAlive()) {
            return;
        }
        flushedTo = position;
        Thread thread = new Thread(this::flushToDisk, "store-flush");
        thread.setDaemon(true);
        thread.start();
        flushing = thread;
    }

    private void flushToDisk() {
        try {
            channel.force(false);
        } catch (IOException e) {
            // The flush that counts fails too, or succeeds.
        }
    }

    private void endFlushing() throws IOException {
        Thread begun = flushing;
        if (begun == null) {
            return;
        }
        try {
            begun.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new java.io.InterruptedIOException("interrupted while writing a pack");
        }
    }

    /** The pack's checksum covers its number of objects, known only now, hence a second pass; the file is in memory still. */
    private byte[] hashFile() throws IOException {
        MessageDigest digest = Sha1.start();
        ByteBuffer chunk = ByteBuffer.allocateDirect(1 << 20);
        long at = 0;
        for (int n = channel.read(chunk, at); n >= 0; n = channel.read(chunk, at)) {
            at += n;
            digest.update(chunk.flip());
            chunk.clear();
        }
        return digest.digest();
    }

    private byte[] index(byte[] packChecksum) {
        List<Written> sorted = new ArrayList<>(written);
        sorted.sort((a, b) -> Arrays.compareUnsigned(a.key, b.key));
        int large =
                (int) sorted.stream().filter(w -> w.offset > Integer.MAX_VALUE).count();
        ByteBuffer out = ByteBuffer.allocate(8 + 1024 + 28 * sorted.size() + 8 * large + 40);
        out.putInt(0xff744f63).putInt(2);
        int[] fanout = new int[256];
        sorted.forEach(w -> fanout[Byte.toUnsignedInt(w.key[0])]++);
        int sum = 0;
        for (int count : fanout) {
            sum += count;
            out.putInt(sum);
        }
        sorted.forEach(w -> out.put(w.key));
        sorted.forEach(w -> out.putInt(w.crc));
        int nextLarge = 0;
        for (Written w : sorted) {
            out.putInt(w.offset > Integer.MAX_VALUE ? 0x80000000 | nextLarge++ : (int) w.offset);
        }
        sorted.stream().filter(w -> w.offset > Integer.MAX_VALUE).forEach(w -> out.putLong(w.offset));
        out.put(packChecksum);
        MessageDigest digest = Sha1.start();
        digest.update(out.array(), 0, out.position());
        out.put(digest.digest());
        return out.array();
    }

    @Override
    public void close() throws IOException {
        channel.close();
        endFlushing();
    }
}
