package org.sourceos.gitstore.erofs;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.sourceos.gitstore.tree.FileEntry;
import org.sourceos.gitstore.tree.FileKind;
import org.sourceos.gitstore.tree.FileMetadata;
import org.sourceos.gitstore.tree.FileTree;
import org.sourceos.gitstore.tree.InMemoryContent;
import org.sourceos.gitstore.tree.TreePath;

/** Reads an image by the format's description, sharing nothing with what writes them, and checks what the kernel would. */
public final class ErofsReader {
    private static final int BLOCK = 4096;
    private final ByteBuffer image;
    private final Map<Long, TreePath> seen = new HashMap<>();
    private final Map<Long, Integer> links = new HashMap<>();
    private final List<FileEntry> entries = new ArrayList<>();
    private final Map<Long, Integer> expectedLinks = new HashMap<>();

    private final List<ByteBuffer> devices = new ArrayList<>();

    private ErofsReader(byte[] image) {
        this.image = ByteBuffer.wrap(image).order(ByteOrder.LITTLE_ENDIAN);
    }

    public static FileTree read(byte[] bytes) {
        return read(bytes, Map.of());
    }

    /** @param others the contents of the devices beside the image, by the tags that its table has of them */
    public static FileTree read(byte[] bytes, Map<String, byte[]> others) {
        ErofsReader reader = new ErofsReader(bytes);
        reader.findDevices(others);
        require(bytes.length % BLOCK == 0, "whole blocks");
        require(reader.image.getInt(1024) == 0xE0F5E1E2, "magic");
        require(reader.image.getInt(1024 + 36) == bytes.length / BLOCK, "number of blocks");
        require(
                reader.image.getInt(1024 + 80) == (reader.devices.isEmpty() ? 0 : 0xc),
                "chunks and devices where there are devices, no other incompatible feature");
        byte[] summed = Arrays.copyOfRange(bytes, 1024, BLOCK);
        ByteBuffer.wrap(summed).putInt(4, 0);
        CRC32C crc = new CRC32C();
        crc.update(summed);
        require((int) ~crc.getValue() == reader.image.getInt(1028), "checksum");
        long root = Short.toUnsignedInt(reader.image.getShort(1024 + 14));
        reader.walk(TreePath.ROOT, root, root, 2);
        require(reader.image.getLong(1024 + 16) == reader.seen.size(), "number of inodes");
        reader.expectedLinks.forEach(
                (nid, n) -> require(n.equals(reader.links.get(nid)), "link count of " + reader.seen.get(nid)));
        return visitor -> {
            for (FileEntry entry : reader.entries) {
                visitor.entry(entry);
            }
        };
    }

    private record Inode(
            int mode, long size, int layout, int place, long uid, long gid, int links, long xattrAt, int xattrSize) {}

    private Inode inode(long nid) {
        int at = (int) (nid * 32);
        int format = Short.toUnsignedInt(image.getShort(at));
        int count = Short.toUnsignedInt(image.getShort(at + 2));
        int xattrs = count == 0 ? 0 : 12 + 4 * (count - 1);
        int mode = Short.toUnsignedInt(image.getShort(at + 4));
        if ((format & 1) == 0) {
            return new Inode(
                    mode,
                    Integer.toUnsignedLong(image.getInt(at + 8)),
                    format >> 1,
                    image.getInt(at + 16),
                    Short.toUnsignedInt(image.getShort(at + 24)),
                    Short.toUnsignedInt(image.getShort(at + 26)),
                    Short.toUnsignedInt(image.getShort(at + 6)),
                    at + 32,
                    xattrs);
        }
        return new Inode(
                mode,
                image.getLong(at + 8),
                format >> 1,
                image.getInt(at + 16),
                Integer.toUnsignedLong(image.getInt(at + 24)),
                Integer.toUnsignedLong(image.getInt(at + 28)),
                image.getInt(at + 44),
                at + 64,
                xattrs);
    }

    private void findDevices(Map<String, byte[]> others) {
        int count = Short.toUnsignedInt(image.getShort(1024 + 86));
        int at = Short.toUnsignedInt(image.getShort(1024 + 88)) * 128;
        for (int i = 0; i < count; i++, at += 128) {
            byte[] tag = new byte[64];
            image.get(at, tag);
            String name = new String(tag, StandardCharsets.US_ASCII).trim();
            byte[] device = others.get(name);
            if (device == null) {
                throw new AssertionError("broken image: no device " + name);
            }
            require(image.getInt(at + 64) == device.length / BLOCK, "blocks of " + name);
            devices.add(ByteBuffer.wrap(device));
        }
    }

    private byte[] chunks(Inode inode) {
        require(inode.place == 0x20, "chunks of one block with indexes");
        byte[] data = new byte[(int) inode.size];
        int at = (int) (inode.xattrAt + inode.xattrSize + 7) / 8 * 8;
        for (int done = 0; done < data.length; done += BLOCK, at += 8) {
            int device = image.getShort(at + 2);
            int block = image.getInt(at + 4);
            byte[] whole = new byte[BLOCK];
            (device == 0 ? image : devices.get(device - 1)).get(block * BLOCK, whole);
            int length = Math.min(BLOCK, data.length - done);
            System.arraycopy(whole, 0, data, done, length);
            for (int i = length; i < BLOCK; i++) {
                require(whole[i] == 0, "zeros behind the end");
            }
        }
        return data;
    }

    private byte[] data(Inode inode) {
        if (inode.layout == 4) {
            return chunks(inode);
        }
        byte[] data = new byte[(int) inode.size];
        int tail = inode.layout == 2 ? data.length % BLOCK : 0;
        int whole = data.length - tail;
        if (whole > 0) {
            image.get(inode.place * BLOCK, data, 0, whole);
        }
        if (tail > 0) {
            int at = (int) inode.xattrAt + inode.xattrSize;
            require(at / BLOCK == (at + tail - 1) / BLOCK, "a tail stays in its block");
            image.get(at, data, whole, tail);
        } else {
            require(inode.layout == 0 || data.length % BLOCK == 0, "layout");
        }
        return data;
    }

    private FileMetadata metadata(Inode inode) {
        TreeMap<String, byte[]> xattrs = new TreeMap<>();
        String[] prefixes = {
            "", "user.", "system.posix_acl_access", "system.posix_acl_default", "trusted.", "", "security."
        };
        int end = (int) inode.xattrAt + inode.xattrSize;
        for (int at = (int) inode.xattrAt + 12; at < end; ) {
            int nameLength = Byte.toUnsignedInt(image.get(at));
            int index = image.get(at + 1);
            byte[] name = new byte[nameLength];
            byte[] value = new byte[Short.toUnsignedInt(image.getShort(at + 2))];
            image.get(at + 4, name).get(at + 4 + nameLength, value);
            xattrs.put(prefixes[index] + new String(name, StandardCharsets.UTF_8), value);
            at += (4 + nameLength + value.length + 3) & ~3;
        }
        return new FileMetadata(inode.mode & 07777, inode.uid, inode.gid, xattrs);
    }

    private void walk(TreePath path, long nid, long parent, int type) {
        Inode inode = inode(nid);
        boolean folder = (inode.mode & 0170000) == 0040000;
        if (!folder) {
            expectedLinks.merge(nid, 1, Integer::sum);
        }
        links.put(nid, inode.links);
        TreePath first = seen.putIfAbsent(nid, path);
        if (first != null) {
            entries.add(new FileEntry(path, new FileKind.HardLink(first), metadata(inode)));
            return;
        }
        int rdev = inode.place;
        int major = (rdev & 0xfff00) >>> 8;
        int minor = (rdev & 0xff) | ((rdev >>> 12) & 0xfff00);
        FileKind kind = switch (inode.mode & 0170000) {
            case 0040000 -> new FileKind.Directory();
            case 0100000 -> new FileKind.Regular(new InMemoryContent(data(inode)));
            case 0120000 -> new FileKind.Symlink(data(inode));
            case 0020000 -> new FileKind.Device(true, major, minor);
            case 0060000 -> new FileKind.Device(false, major, minor);
            default -> new FileKind.Fifo();
        };
        int[] types = {0, 5, 3, 0, 2, 0, 4, 0, 1, 0, 7};
        require(types[inode.mode >> 12] == type, "entry type of " + path);
        entries.add(new FileEntry(path, kind, metadata(inode)));
        if (folder) {
            expectedLinks.put(nid, 2);
            folder(path, nid, parent, data(inode));
        }
    }

    private void folder(TreePath path, long nid, long parent, byte[] data) {
        byte[] last = new byte[0];
        int dots = 0;
        for (int start = 0; start < data.length; start += BLOCK) {
            ByteBuffer block = ByteBuffer.wrap(data, start, Math.min(BLOCK, data.length - start))
                    .slice()
                    .order(ByteOrder.LITTLE_ENDIAN);
            int count = block.getShort(8) / 12;
            for (int i = 0; i < count; i++) {
                int from = block.getShort(i * 12 + 8);
                int to = i + 1 < count ? block.getShort((i + 1) * 12 + 8) : block.capacity();
                byte[] name = new byte[to - from];
                block.get(from, name);
                int length = 0;
                while (length < name.length && name[length] != 0) {
                    length++;
                }
                name = Arrays.copyOf(name, length);
                require(Arrays.compareUnsigned(last, name) < 0, "sorted names in " + path);
                last = name;
                long child = block.getLong(i * 12);
                String text = new String(name, StandardCharsets.ISO_8859_1);
                if (text.equals(".") || text.equals("..")) {
                    require(child == (text.length() == 1 ? nid : parent), "dots of " + path);
                    dots++;
                    continue;
                }
                int type = block.get(i * 12 + 10);
                if (type == 2) {
                    expectedLinks.merge(nid, 1, Integer::sum);
                }
                walk(path.child(name), child, nid, type);
            }
        }
        require(dots == 2, "two dots in " + path);
    }

    private static void require(boolean condition, String what) {
        if (!condition) {
            throw new AssertionError("broken image: " + what);
        }
    }
}
