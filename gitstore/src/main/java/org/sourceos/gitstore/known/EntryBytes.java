package org.sourceos.gitstore.known;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.sourceos.gitstore.Digest;
import org.sourceos.gitstore.tree.FileContent;
import org.sourceos.gitstore.tree.FileEntry;
import org.sourceos.gitstore.tree.FileKind;
import org.sourceos.gitstore.tree.FileMetadata;

/** All that a layer is made of, as bytes: two lists of entries are equal if and only if their bytes are. */
final class EntryBytes {
    private static final int FIRST = 1 << 16;
    /** Some 500,000 files. */
    private static final int MOST = 64 << 20;

    private static final int FIXED = 128;

    private ByteBuffer out = ByteBuffer.allocate(FIRST);

    private EntryBytes() {}

    /** Empty if they were more than is worth to be kept in memory. */
    static Optional<ByteBuffer> of(List<FileEntry> entries, Function<FileContent, Digest> sha256) {
        EntryBytes all = new EntryBytes();
        for (FileEntry entry : entries) {
            all.add(entry, sha256);
            if (all.out.position() > MOST) {
                return Optional.empty();
            }
        }
        return Optional.of(all.out.flip());
    }

    private void add(FileEntry entry, Function<FileContent, Digest> sha256) {
        bytes(entry.path().toBytes());
        FileMetadata metadata = entry.metadata();
        room(FIXED).putInt(metadata.mode()).putLong(metadata.uid()).putLong(metadata.gid());
        FileKind kind = entry.kind();
        if (kind instanceof FileKind.Regular regular) {
            out.put((byte) 'f').putLong(regular.content().size());
            // As text: to take it apart for each file takes longer than everything else here.
            out.put(sha256.apply(regular.content()).hex().getBytes(StandardCharsets.US_ASCII));
        } else if (kind instanceof FileKind.Symlink symlink) {
            out.put((byte) 'l');
            bytes(symlink.target());
        } else if (kind instanceof FileKind.HardLink link) {
            out.put((byte) 'h');
            bytes(link.target().toBytes());
        } else if (kind instanceof FileKind.Device device) {
            out.put((byte) (device.character() ? 'c' : 'b'));
            out.putInt(device.major()).putInt(device.minor());
        } else {
            out.put((byte) (kind instanceof FileKind.Directory ? 'd' : 'p'));
        }
        room(FIXED).putInt(metadata.xattrs().size());
        for (Map.Entry<String, byte[]> xattr : metadata.xattrs().entrySet()) {
            bytes(xattr.getKey().getBytes(StandardCharsets.UTF_8));
            bytes(xattr.getValue());
        }
    }

    private void bytes(byte[] bytes) {
        room(4 + bytes.length).putInt(bytes.length).put(bytes);
    }

    private ByteBuffer room(int needed) {
        if (out.remaining() < needed) {
            ByteBuffer larger = ByteBuffer.allocate(Math.addExact(out.capacity() * 2, needed));
            out = larger.put(out.flip());
        }
        return out;
    }
}
