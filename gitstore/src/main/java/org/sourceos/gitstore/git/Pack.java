package org.sourceos.gitstore.git;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import org.jspecify.annotations.Nullable;
import org.sourceos.gitstore.ObjectName;

/** One pack file and its index. The channel stays open, so that a pack that git removes meanwhile can be read on. */
final class Pack implements AutoCloseable {
    private static final int MAX_DELTA_DEPTH = 5000;

    /** Reads an object that a delta is based on, wherever it is. */
    interface Bases {
        GitObject open(ObjectName name) throws IOException;
    }

    private final KnownPack known;
    private final Path file;
    private @Nullable FileChannel channel;

    Pack(KnownPack known) {
        this.known = known;
        this.file = known.file();
    }

    /** Has been read already where a pack is one of {@link GitObjects#packsNow}. */
    PackIndex index() {
        try {
            return known.index();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Path file() {
        return file;
    }

    private synchronized FileChannel channel() throws IOException {
        FileChannel open = channel;
        if (open == null) {
            open = FileChannel.open(file, StandardOpenOption.READ);
            channel = open;
        }
        return open;
    }

    @Override
    public synchronized void close() throws IOException {
        if (channel != null) {
            channel.close();
        }
    }

    /** An entry and where it begins. */
    private record Entry(EntryHeader head, long at) {
        long dataAt() {
            return at + head.length();
        }

        ObjectType type() throws CorruptObjectException {
            return ObjectType.ofNumber(head.type());
        }
    }

    GitObject open(ObjectName name, long offset, Bases bases) throws IOException {
        Entry entry = entry(offset);
        if (!entry.head.isDelta()) {
            return new GitObject(name, entry.type(), entry.head.size(), () -> inflate(entry));
        }
        Resolved resolved = new Resolved(entry, bases, 0);
        return new GitObject(name, resolved.type(), resolved.size(), resolved::open);
    }

    /** How long the content of the entry at {@code offset} is, or the delta that stands for it. */
    long size(long offset) throws IOException {
        return entry(offset).head.size();
    }

    /** Where the content of the entry at {@code offset} lies in whole pages, if it does. */
    Optional<PagePlace> pages(long offset) throws IOException {
        Entry entry = entry(offset);
        if (entry.head.type() != ObjectType.BLOB.number()) {
            return Optional.empty();
        }
        return PageAligned.firstPage(this::read, entry.dataAt(), entry.head.size())
                .map(first -> new PagePlace(file, first, entry.head.size()));
    }

    private ByteBuffer read(long at, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        FileChannel pack = channel();
        while (bytes.hasRemaining() && pack.read(bytes, at + bytes.position()) >= 0) {
            // Until full or at the end of the file.
        }
        return bytes.flip();
    }

    /** A delta; only its two sizes and its base's type are read until the content is wanted. */
    private final class Resolved {
        private final Entry entry;
        private final Bases bases;
        private final int depth;

        Resolved(Entry entry, Bases bases, int depth) throws IOException {
            if (depth > MAX_DELTA_DEPTH) {
                throw new CorruptObjectException("a delta without end in " + file);
            }
            this.entry = entry;
            this.bases = bases;
            this.depth = depth;
        }

        ObjectType type() throws IOException {
            Entry at = entry;
            for (int i = 0; i < MAX_DELTA_DEPTH; i++) {
                if (at.head.base() != null) {
                    return bases.open(at.head.base()).type();
                }
                if (!at.head.isDelta()) {
                    return at.type();
                }
                at = entry(at.at - at.head.back());
            }
            throw new CorruptObjectException("a delta without end in " + file);
        }

        long size() throws IOException {
            try (InputStream in = inflate(entry)) {
                Delta.readSize(in);
                return Delta.readSize(in);
            }
        }

        InputStream open() throws IOException {
            return new ByteArrayInputStream(bytes());
        }

        byte[] bytes() throws IOException {
            byte[] base;
            if (entry.head.base() != null) {
                base = bases.open(entry.head.base()).bytes();
            } else {
                Entry baseEntry = entry(entry.at - entry.head.back());
                base = baseEntry.head.isDelta()
                        ? new Resolved(baseEntry, bases, depth + 1).bytes()
                        : inflateAll(baseEntry);
            }
            return Delta.apply(base, inflateAll(entry));
        }
    }

    private byte[] inflateAll(Entry entry) throws IOException {
        try (InputStream in = inflate(entry)) {
            byte[] bytes = in.readAllBytes();
            if (bytes.length != entry.head.size()) {
                throw new CorruptObjectException("an object of another size than announced in " + file);
            }
            return bytes;
        }
    }

    private InputStream inflate(Entry entry) throws IOException {
        int buffer = (int) Math.min(1 << 16, entry.head.size() + 64);
        return new EndingInflater(new ChannelStream(channel(), entry.dataAt()), buffer);
    }

    private Entry entry(long offset) throws IOException {
        ByteBuffer bytes = read(offset, 64);
        EntryHeader head;
        try {
            head = EntryHeader.read(new ByteArrayInputStream(bytes.array(), 0, bytes.limit()));
        } catch (EOFException e) {
            throw new CorruptObjectException("the pack is cut short: " + file, e);
        } catch (CorruptObjectException e) {
            throw new CorruptObjectException(e.getMessage() + " in " + file, e);
        }
        if (head.type() == EntryHeader.OFS_DELTA && (head.back() <= 0 || offset - head.back() < 12)) {
            throw new CorruptObjectException("a delta against nothing in " + file);
        }
        return new Entry(head, offset);
    }

    /** Gives its native memory back when closed, which the stream's own constructors do only for a tiny buffer. */
    static final class EndingInflater extends InflaterInputStream {
        EndingInflater(InputStream in, int buffer) {
            super(in, new Inflater(), buffer);
        }

        @Override
        public void close() throws IOException {
            super.close();
            inf.end();
        }
    }

    private static final class ChannelStream extends InputStream {
        private final FileChannel channel;
        private long position;

        ChannelStream(FileChannel channel, long position) {
            this.channel = channel;
            this.position = position;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            int n = channel.read(ByteBuffer.wrap(buffer, offset, length), position);
            if (n < 0) {
                throw new EOFException("the pack is cut short");
            }
            position += n;
            return n;
        }
    }
}
