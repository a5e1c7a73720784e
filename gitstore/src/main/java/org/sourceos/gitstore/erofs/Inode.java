package org.sourceos.gitstore.erofs;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.sourceos.gitstore.tree.FileContent;
import org.sourceos.gitstore.tree.FileKind;
import org.sourceos.gitstore.tree.FileMetadata;

/** One file of an image being planned: what is known of it, and where it will lie. */
final class Inode {
    static final int BLOCK = 4096;
    private static final int COMPACT_SIZE = 32;
    private static final int EXTENDED_SIZE = 64;
    private static final int FLAT_PLAIN = 0;
    private static final int FLAT_INLINE = 2;
    private static final int CHUNK_BASED = 4;
    /** Chunks of one block, each with an index that names a device. */
    private static final int CHUNK_FORMAT = 0x20;

    private static final int CHUNK_INDEX = 8;
    private static final int XATTR_HEADER = 12;
    private static final int XATTR_ENTRY = 4;
    private static final int MAX_XATTR_UNITS = 0xffff;

    /** Attribute name prefixes that have a number of their own; the rest of the name is stored. The order matters. */
    private static final Map<String, Integer> EXACT_XATTRS =
            Map.of("system.posix_acl_access", 2, "system.posix_acl_default", 3);

    private static final Map<String, Integer> PREFIXES = Map.of("user.", 1, "trusted.", 4, "security.", 6);

    final FileKind kind;
    final FileMetadata metadata;
    final int number;
    final byte[] xattrs;
    long size;
    int links = 1;
    /** Set for folders, once every inode has its place. */
    byte @Nullable [] directory;

    long position;
    boolean inline;
    long firstBlock;
    /** Where the content is already, if it need not be in the image. */
    @Nullable DataPlace elsewhere;

    Inode(FileKind kind, FileMetadata metadata, int number) throws UnsupportedFileException {
        this.kind = kind;
        this.metadata = metadata;
        this.number = number;
        this.xattrs = xattrs(metadata.xattrs());
        if (kind instanceof FileKind.Regular regular) {
            size = regular.content().size();
        } else if (kind instanceof FileKind.Symlink symlink) {
            size = symlink.target().length;
        }
    }

    long nid() {
        return position / 32;
    }

    private boolean extended() {
        return metadata.uid() > 0xffff || metadata.gid() > 0xffff || links > 0xffff || size > 0xffffffffL;
    }

    private int inodeSize() {
        return extended() ? EXTENDED_SIZE : COMPACT_SIZE;
    }

    int headSize() {
        return inodeSize() + xattrs.length;
    }

    /** What is placed as one piece: inode, attributes, and for content elsewhere the list of where. */
    int fixedSize() {
        DataPlace place = elsewhere;
        return place == null
                ? headSize()
                : indexesAt() + CHUNK_INDEX * (place.wholeBlocks() + (tailSize() > 0 ? 1 : 0));
    }

    private int indexesAt() {
        return (headSize() + CHUNK_INDEX - 1) / CHUNK_INDEX * CHUNK_INDEX;
    }

    int tailSize() {
        return (int) (size % BLOCK);
    }

    /** A tail in line must lie in the inode's block, or the kernel calls the image corrupt. */
    boolean tailFits() {
        return elsewhere == null && tailSize() > 0 && headSize() + tailSize() <= BLOCK;
    }

    /** Blocks outside the inode. */
    long blocks() {
        if (elsewhere != null) {
            // Behind the end of a file there must be zeros, for programs that map its last page: so that page is a
            // copy.
            return tailSize() > 0 ? 1 : 0;
        }
        return inline ? size / BLOCK : (size + BLOCK - 1) / BLOCK;
    }

    /** The file's content as far as it is not foreign: a folder's entries or a link's target. */
    byte @Nullable [] ownData() {
        return kind instanceof FileKind.Symlink symlink ? symlink.target() : directory;
    }

    @Nullable FileContent content() {
        return kind instanceof FileKind.Regular regular ? regular.content() : null;
    }

    int typeBits() {
        if (kind instanceof FileKind.Directory) {
            return 0040000;
        }
        if (kind instanceof FileKind.Symlink) {
            return 0120000;
        }
        if (kind instanceof FileKind.Fifo) {
            return 0010000;
        }
        if (kind instanceof FileKind.Device device) {
            return device.character() ? 0020000 : 0060000;
        }
        return 0100000;
    }

    /** The type as a folder's entry says it: that of {@code readdir(3)}'s on-disk relatives. */
    int entryType() {
        return switch (typeBits()) {
            case 0100000 -> 1;
            case 0040000 -> 2;
            case 0020000 -> 3;
            case 0060000 -> 4;
            case 0010000 -> 5;
            default -> 7;
        };
    }

    /** {@code struct erofs_inode_compact} or {@code _extended}, and the attributes that follow it. */
    byte[] head(long mtime) {
        boolean extended = extended();
        ByteBuffer out = ByteBuffer.allocate(fixedSize()).order(ByteOrder.LITTLE_ENDIAN);
        int layout = elsewhere != null ? CHUNK_BASED : inline ? FLAT_INLINE : FLAT_PLAIN;
        out.putShort((short) ((extended ? 1 : 0) | (layout << 1)));
        out.putShort((short) (xattrs.length == 0 ? 0 : (xattrs.length - XATTR_HEADER) / 4 + 1));
        out.putShort((short) (typeBits() | metadata.mode()));
        if (extended) {
            out.putShort((short) 0).putLong(size).putInt(place()).putInt(number);
            out.putInt((int) metadata.uid()).putInt((int) metadata.gid());
            out.putLong(mtime).putInt(0).putInt(links).position(EXTENDED_SIZE);
        } else {
            out.putShort((short) links)
                    .putInt((int) size)
                    .putInt(0)
                    .putInt(place())
                    .putInt(number);
            out.putShort((short) metadata.uid())
                    .putShort((short) metadata.gid())
                    .putInt(0);
        }
        out.put(xattrs);
        putIndexes(out);
        return out.array();
    }

    /** {@code struct erofs_inode_chunk_index} for each block. */
    private void putIndexes(ByteBuffer out) {
        DataPlace place = elsewhere;
        if (place == null) {
            return;
        }
        out.position(indexesAt());
        for (int i = 0; i < place.wholeBlocks(); i++) {
            out.putShort((short) 0).putShort((short) place.device()).putInt((int) place.block(i));
        }
        if (tailSize() > 0) {
            out.putInt(0).putInt((int) firstBlock);
        }
    }

    private int place() {
        if (kind instanceof FileKind.Device device) {
            // The kernel's new_encode_dev.
            return (device.minor() & 0xff) | (device.major() << 8) | ((device.minor() & ~0xff) << 12);
        }
        return elsewhere != null ? CHUNK_FORMAT : (int) firstBlock;
    }

    private static byte[] xattrs(Map<String, byte[]> xattrs) throws UnsupportedFileException {
        if (xattrs.isEmpty()) {
            return new byte[0];
        }
        int total = XATTR_HEADER;
        for (Map.Entry<String, byte[]> xattr : xattrs.entrySet()) {
            total += XATTR_ENTRY + suffix(xattr.getKey()).length + xattr.getValue().length + 3;
        }
        ByteBuffer out = ByteBuffer.allocate(total).order(ByteOrder.LITTLE_ENDIAN);
        out.position(XATTR_HEADER);
        for (Map.Entry<String, byte[]> xattr : xattrs.entrySet()) {
            byte[] name = suffix(xattr.getKey());
            byte[] value = xattr.getValue();
            if (name.length > 255 || value.length > 0xffff) {
                throw new UnsupportedFileException("the attribute " + xattr.getKey() + " is too large for EROFS");
            }
            out.put((byte) name.length).put((byte) index(xattr.getKey())).putShort((short) value.length);
            out.put(name).put(value);
            out.position((out.position() + 3) & ~3);
        }
        if ((out.position() - XATTR_HEADER) / 4 + 1 > MAX_XATTR_UNITS) {
            throw new UnsupportedFileException("the attributes together are too large for EROFS");
        }
        byte[] all = new byte[out.position()];
        out.flip().get(all);
        return all;
    }

    private static int index(String name) throws UnsupportedFileException {
        Integer exact = EXACT_XATTRS.get(name);
        if (exact != null) {
            return exact;
        }
        for (Map.Entry<String, Integer> prefix : PREFIXES.entrySet()) {
            if (name.startsWith(prefix.getKey())) {
                return prefix.getValue();
            }
        }
        throw new UnsupportedFileException("the attribute " + name + " is of a kind that EROFS cannot hold");
    }

    private static byte[] suffix(String name) {
        String rest = EXACT_XATTRS.containsKey(name) ? "" : name.substring(name.indexOf('.') + 1);
        return rest.getBytes(StandardCharsets.UTF_8);
    }
}
