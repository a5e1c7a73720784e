package org.sourceos.gitstore.erofs;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;
import org.sourceos.gitstore.tree.FileContent;
import org.sourceos.gitstore.tree.FileEntry;
import org.sourceos.gitstore.tree.FileKind;
import org.sourceos.gitstore.tree.TreePath;
import org.sourceos.host.Cancellation;

/**
 * Writes a list of files as an EROFS image: superblock, then inodes with their attributes and tails, then whole blocks.
 *
 * <p>First everything is given its place (sizes are known, contents are not needed), then contents stream to it. The same
 * files and uuid give the same bytes. Every file has the same time, {@link #TIME}.
 */
public final class ErofsImage {
    /** Seconds since 1970 that every file has; not 0, which some programs take for "no time". */
    public static final long TIME = 1;

    private static final int SUPERBLOCK = 1024;
    private static final int SUPERBLOCK_END = SUPERBLOCK + 128;
    private static final int MAGIC = 0xe0f5e1e2;
    private static final int COMPAT_CHECKSUM_AND_MTIME = 3;
    private static final int OPEN_BLOCKS = 8;
    private static final int INCOMPAT_CHUNKED_FILE_AND_DEVICE_TABLE = 0xc;
    private static final int DEVICE_SLOT = 128;

    private final Map<TreePath, Inode> inodes = new LinkedHashMap<>();
    private final List<Inode> distinct = new ArrayList<>();
    private final DataDevices data;
    private long metadataEnd = SUPERBLOCK_END;
    private long blocks;

    private ErofsImage(DataDevices data) {
        this.data = data;
    }

    /**
     * @param entries sorted by path, the root first, a hard link after its target; contents can be opened more than once
     * @param uuid 16 bytes
     * @param out empty
     */
    public static void write(Collection<FileEntry> entries, byte[] uuid, FileChannel out, Cancellation cancellation)
            throws IOException {
        write(entries, DataDevices.NONE, uuid, out, cancellation);
    }

    /**
     * The same for an image that leaves contents where they are.
     *
     * @param data must not change where something is while the image is in use
     */
    public static void write(
            Collection<FileEntry> entries, DataDevices data, byte[] uuid, FileChannel out, Cancellation cancellation)
            throws IOException {
        ErofsImage image = new ErofsImage(data);
        image.plan(entries);
        image.writeFiles(out, cancellation);
        image.writeSuperblock(uuid, out);
    }

    /** The tags of the devices that an image needs beside it, as far as it can be read. */
    public static List<String> deviceTags(Path image) throws IOException {
        byte[] block;
        try (InputStream in = Files.newInputStream(image)) {
            block = in.readNBytes(Inode.BLOCK);
        } catch (NoSuchFileException e) {
            return List.of();
        }
        List<String> tags = new ArrayList<>();
        if (block.length == Inode.BLOCK) {
            ByteBuffer fields = ByteBuffer.wrap(block).order(ByteOrder.LITTLE_ENDIAN);
            int count = Short.toUnsignedInt(fields.getShort(SUPERBLOCK + 86));
            for (int i = 0; i < count && SUPERBLOCK_END + (i + 1) * DEVICE_SLOT <= block.length; i++) {
                tags.add(new String(block, SUPERBLOCK_END + i * DEVICE_SLOT, 64, StandardCharsets.US_ASCII).trim());
            }
        }
        return tags;
    }

    private void plan(Collection<FileEntry> entries) throws IOException {
        Map<TreePath, List<DirectoryBlocks.Entry>> folders = new LinkedHashMap<>();
        for (FileEntry entry : entries) {
            Inode inode;
            if (entry.kind() instanceof FileKind.HardLink link) {
                inode = known(link.target());
                inode.links++;
            } else {
                inode = inode(entry);
            }
            inodes.put(entry.path(), inode);
            TreePath parent = entry.path().parent();
            if (entry.kind() instanceof FileKind.Directory) {
                Inode up = known(parent);
                List<DirectoryBlocks.Entry> inside = new ArrayList<>();
                inside.add(new DirectoryBlocks.Entry(new byte[] {'.'}, inode));
                inside.add(new DirectoryBlocks.Entry(new byte[] {'.', '.'}, up));
                folders.put(entry.path(), inside);
                inode.links = 2;
                up.links += entry.path().isRoot() ? 0 : 1;
            }
            if (!entry.path().isRoot()) {
                List<DirectoryBlocks.Entry> siblings = folders.get(parent);
                if (siblings == null) {
                    throw new IllegalArgumentException(entry.path() + " comes before its folder");
                }
                siblings.add(new DirectoryBlocks.Entry(entry.path().name(), inode));
            }
        }
        Map<TreePath, DirectoryBlocks> contents = new LinkedHashMap<>();
        folders.forEach((path, inside) -> {
            DirectoryBlocks folder = new DirectoryBlocks(inside);
            known(path).size = folder.size();
            contents.put(path, folder);
        });
        place();
        contents.forEach((path, folder) -> known(path).directory = folder.encode());
    }

    private Inode inode(FileEntry entry) throws IOException {
        try {
            Inode inode = new Inode(entry.kind(), entry.metadata(), distinct.size() + 1);
            FileContent content = inode.content();
            if (content != null) {
                inode.elsewhere = data.find(content).orElse(null);
            }
            distinct.add(inode);
            return inode;
        } catch (UnsupportedFileException e) {
            throw new UnsupportedFileException(entry.path() + ": " + e.getMessage());
        }
    }

    private Inode known(TreePath path) {
        Inode inode = inodes.get(path);
        if (inode == null) {
            throw new IllegalArgumentException("nothing came before that is named " + path);
        }
        return inode;
    }

    /** A block of inodes that has room left. */
    private record Room(long position, int left) {}

    private void place() {
        List<Room> open = new ArrayList<>();
        long start = SUPERBLOCK_END + (long) DEVICE_SLOT * data.devices().size();
        metadataEnd = (start + Inode.BLOCK - 1) / Inode.BLOCK * Inode.BLOCK;
        open.add(new Room(start, (int) (metadataEnd - start)));
        for (Inode inode : distinct) {
            inode.inline = inode.tailFits();
            int needed = align(inode.fixedSize() + (inode.inline ? inode.tailSize() : 0));
            inode.position = needed > Inode.BLOCK ? placeAcross(needed) : placeWithin(needed, open);
        }
        long next = metadataEnd / Inode.BLOCK;
        for (Inode inode : distinct) {
            inode.firstBlock = inode.blocks() == 0 ? 0 : next;
            next += inode.blocks();
        }
        blocks = next;
    }

    private static int align(int size) {
        return (size + 31) & ~31;
    }

    private long placeAcross(int needed) {
        long position = metadataEnd;
        metadataEnd += (long) (needed + Inode.BLOCK - 1) / Inode.BLOCK * Inode.BLOCK;
        return position;
    }

    /** First fit over the few latest blocks: neighbours stay together, and little is left unused. */
    private long placeWithin(int needed, List<Room> open) {
        for (int i = 0; i < open.size(); i++) {
            Room room = open.get(i);
            if (room.left >= needed) {
                open.set(i, new Room(room.position + needed, room.left - needed));
                return room.position;
            }
        }
        long position = metadataEnd;
        metadataEnd += Inode.BLOCK;
        if (open.size() == OPEN_BLOCKS) {
            open.remove(0);
        }
        open.add(new Room(position + needed, Inode.BLOCK - needed));
        return position;
    }

    private void writeFiles(FileChannel out, Cancellation cancellation) throws IOException {
        ByteBuffer metadata = ByteBuffer.allocate(2 * Inode.BLOCK);
        ByteBuffer chunk = ByteBuffer.allocate(1 << 18);
        for (Inode inode : distinct) {
            cancellation.throwIfCancelled();
            long at = inode.firstBlock * Inode.BLOCK;
            long whole = inode.inline ? inode.size - inode.tailSize() : inode.size;
            byte[] tail = new byte[inode.inline ? inode.tailSize() : 0];
            byte[] own = inode.ownData();
            FileContent content = inode.content();
            DataPlace elsewhere = inode.elsewhere;
            if (elsewhere != null) {
                if (inode.tailSize() > 0) {
                    writeAll(ByteBuffer.wrap(elsewhere.rest().read()), at, out);
                }
            } else if (own != null) {
                writeAll(ByteBuffer.wrap(own, 0, (int) whole), at, out);
                System.arraycopy(own, (int) whole, tail, 0, tail.length);
            } else if (content != null) {
                try (InputStream in = content.open()) {
                    copy(in, whole, at, out, chunk);
                    readFully(in, tail, tail.length);
                    if (in.read() >= 0) {
                        throw new IOException("a file is longer than it was said to be");
                    }
                }
            }
            byte[] head = inode.head(TIME);
            if (head.length + tail.length <= metadata.capacity()) {
                metadata.clear().put(head).put(tail).flip();
                writeAll(metadata, inode.position, out);
            } else {
                writeAll(ByteBuffer.wrap(head), inode.position, out);
                writeAll(ByteBuffer.wrap(tail), inode.position + head.length, out);
            }
        }
        if (out.size() < blocks * Inode.BLOCK) {
            writeAll(ByteBuffer.wrap(new byte[1]), blocks * Inode.BLOCK - 1, out);
        }
    }

    private static void copy(InputStream in, long length, long at, FileChannel out, ByteBuffer chunk)
            throws IOException {
        for (long done = 0; done < length; ) {
            int n = (int) Math.min(chunk.capacity(), length - done);
            readFully(in, chunk.array(), n);
            writeAll(chunk.clear().limit(n), at + done, out);
            done += n;
        }
    }

    private static void readFully(InputStream in, byte[] into, int length) throws IOException {
        if (in.readNBytes(into, 0, length) < length) {
            throw new IOException("a file is shorter than it was said to be");
        }
    }

    private static void writeAll(ByteBuffer bytes, long at, FileChannel out) throws IOException {
        for (long position = at; bytes.hasRemaining(); ) {
            position += out.write(bytes, position);
        }
    }

    /** {@code struct erofs_super_block}; the checksum is over the rest of its block, as the kernel computes it. */
    private void writeSuperblock(byte[] uuid, FileChannel out) throws IOException {
        byte[] rest = new byte[Inode.BLOCK - SUPERBLOCK];
        ByteBuffer block = ByteBuffer.wrap(rest).order(ByteOrder.LITTLE_ENDIAN);
        while (block.hasRemaining() && out.read(block, SUPERBLOCK + block.position()) >= 0) {
            // Until the block is read: inodes share it with the superblock.
        }
        block.clear();
        block.putInt(MAGIC).putInt(0).putInt(COMPAT_CHECKSUM_AND_MTIME);
        block.put((byte) 12).put((byte) 0).putShort((short) distinct.get(0).nid());
        block.putLong(distinct.size()).putLong(TIME).putInt(0);
        block.putInt((int) blocks).putInt(0).putInt(0);
        block.put(uuid, 0, 16);
        if (!data.devices().isEmpty()) {
            block.position(80).putInt(INCOMPAT_CHUNKED_FILE_AND_DEVICE_TABLE).putShort((short) 0);
            block.putShort((short) data.devices().size()).putShort((short) (SUPERBLOCK_END / DEVICE_SLOT));
            for (int i = 0; i < data.devices().size(); i++) {
                DataDevices.Device device = data.devices().get(i);
                block.position(SUPERBLOCK_END - SUPERBLOCK + i * DEVICE_SLOT);
                block.put(device.tag().getBytes(StandardCharsets.US_ASCII));
                block.position(SUPERBLOCK_END - SUPERBLOCK + i * DEVICE_SLOT + 64);
                block.putInt((int) device.blocks());
            }
        }
        CRC32C checksum = new CRC32C();
        checksum.update(rest);
        // The kernel does not invert at the end, the usual definition does.
        block.putInt(4, (int) ~checksum.getValue());
        writeAll(ByteBuffer.wrap(rest), SUPERBLOCK, out);
    }
}
