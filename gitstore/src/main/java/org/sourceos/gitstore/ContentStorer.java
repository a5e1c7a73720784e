package org.sourceos.gitstore;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;
import org.sourceos.gitstore.git.ChangedContentException;
import org.sourceos.gitstore.git.ObjectEncoder;
import org.sourceos.gitstore.git.ObjectType;
import org.sourceos.gitstore.git.PackWriter;
import org.sourceos.gitstore.git.PagedPart;
import org.sourceos.gitstore.known.KnownFile;
import org.sourceos.gitstore.known.KnownFiles;
import org.sourceos.gitstore.tree.FileContent;
import org.sourceos.gitstore.tree.TreePath;

/** Reads files, one after the other, and adds them to packs. What it needs for that is made once; one thread's. */
final class ContentStorer implements AutoCloseable {
    private static final int BUFFER = 1 << 16;

    private final LayerPacks packs;
    private final KnownFiles known;
    private final ObjectEncoder encoder = new ObjectEncoder();
    private final MessageDigest sha256 = Digest.newMessageDigest();
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);
    private byte[] whole = new byte[BUFFER];
    private @Nullable PagedPart part;

    ContentStorer(LayerPacks packs, KnownFiles known) {
        this.packs = packs;
        this.known = known;
    }

    /** Reads it, unless it is known. */
    PackedIngest.StoredContent store(TreePath path, FileContent content) throws IOException {
        Optional<KnownFile> before = known.find(content);
        if (before.isPresent()) {
            return new PackedIngest.StoredContent(
                    before.get().name(), before.get().digest(), content.size());
        }
        FileContent watched = known.watch(content);
        PackedIngest.StoredContent stored = read(path, watched);
        known.note(watched, stored.name(), stored.digest());
        return stored;
    }

    private PackedIngest.StoredContent read(TreePath path, FileContent content) throws IOException {
        sha256.reset();
        try {
            if (content.size() > PagedPart.CONTENT) {
                return large(path, content);
            }
            return packs.isPaged(content.size()) ? paged(content) : compressed(content);
        } catch (ChangedContentException e) {
            throw new IOException(
                    path + " changed while it was read: it was " + content.size() + " bytes long and is not now", e);
        }
    }

    private PackedIngest.StoredContent compressed(FileContent content) throws IOException {
        int size = (int) content.size();
        if (whole.length < size) {
            whole = new byte[Math.max(size, whole.length * 2)];
        }
        try (ReadableByteChannel in = content.channel()) {
            read(in, size);
        }
        sha256.update(whole, 0, size);
        return stored(packs.add(ObjectType.BLOB, whole, size, encoder), size);
    }

    /** Reads all, until the end: there may be more than the size says. */
    private void read(ReadableByteChannel in, int size) throws IOException {
        int read = 0;
        while (true) {
            int n = in.read(buffer.clear().limit(Math.min(BUFFER, size + 1 - read)));
            if (n < 0) {
                break;
            }
            if (read + n > size) {
                throw new ChangedContentException();
            }
            buffer.get(0, whole, read, n);
            read += n;
        }
        if (read < size) {
            throw new ChangedContentException();
        }
    }

    private PackedIngest.StoredContent paged(FileContent content) throws IOException {
        long size = content.size();
        MessageDigest sha1 = encoder.startName(size);
        PagedPart all = part();
        try (ReadableByteChannel in = content.channel()) {
            all.read(in, size, (bytes, length) -> {
                sha1.update(bytes, 0, length);
                sha256.update(bytes, 0, length);
            });
            checkEnd(all, in);
        }
        ObjectName name = PackWriter.endName(sha1);
        packs.addPaged(name, size, all);
        return stored(name, size);
    }

    private PagedPart part() {
        PagedPart made = part == null ? new PagedPart() : part;
        part = made;
        return made;
    }

    private static void checkEnd(PagedPart part, ReadableByteChannel in) throws IOException {
        if (!part.isAtEnd(in)) {
            throw new ChangedContentException();
        }
    }

    /** Reads it for its names, and a second time if it is new. */
    private PackedIngest.StoredContent large(TreePath path, FileContent content) throws IOException {
        long size = content.size();
        MessageDigest sha1 = encoder.startName(size);
        CRC32 crc = new CRC32();
        PagedPart some = part();
        try (ReadableByteChannel in = content.channel()) {
            for (long left = size; left > 0; ) {
                left -= some.read(in, left, (bytes, length) -> {
                    sha1.update(bytes, 0, length);
                    sha256.update(bytes, 0, length);
                    crc.update(bytes, 0, length);
                });
            }
            checkEnd(some, in);
        }
        ObjectName name = PackWriter.endName(sha1);
        try {
            packs.addLarge(name, crc.getValue(), content, some);
        } catch (ChangedContentException e) {
            throw new IOException(path + " changed while it was read: its content is not what it was", e);
        }
        return stored(name, size);
    }

    private PackedIngest.StoredContent stored(ObjectName name, long size) {
        return new PackedIngest.StoredContent(name, Digest.finish(sha256), size);
    }

    @Override
    public void close() {
        encoder.close();
    }
}
