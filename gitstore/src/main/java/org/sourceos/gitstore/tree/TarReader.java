package org.sourceos.gitstore.tree;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads the entries of a tar stream with names and pax values as bytes: {@code pax(1)}, "ustar Interchange Format" and "pax
 * Header Block"; GNU's {@code L} and {@code K} entries and base-256 numbers.
 *
 * <p>Written because pax values are read as text elsewhere, and a capability or a Latin-1 name is none.
 */
final class TarReader {
    private static final int BLOCK = 512;
    private static final int MAX_EXTENSION = 8 << 20;

    /** One entry; numbers are those of the archive, only checked to be in range. */
    record Header(
            byte[] name,
            byte type,
            long size,
            int mode,
            long uid,
            long gid,
            byte[] linkName,
            int major,
            int minor,
            SortedMap<String, byte[]> xattrs) {}

    private final InputStream in;
    private final Map<String, byte[]> global = new TreeMap<>();
    private long left;
    private long padding;

    TarReader(InputStream in) {
        this.in = in;
    }

    /** The next entry, after skipping what is unread of the last one's content; null at the end. */
    @Nullable Header next() throws IOException {
        Map<String, byte[]> pax = new TreeMap<>(global);
        byte[] longName = null;
        byte[] longLink = null;
        while (true) {
            byte[] block = nextHeaderBlock();
            if (block == null) {
                return null;
            }
            byte type = block[156];
            long size = number(block, 124, 12);
            switch (type) {
                case 'x', 'X' -> readPax(extension(size), pax);
                case 'g' -> {
                    readPax(extension(size), global);
                    pax.putAll(global);
                }
                case 'L' -> longName = untilNul(extension(size), 0, (int) size);
                case 'K' -> longLink = untilNul(extension(size), 0, (int) size);
                case 'V' -> extension(size);
                default -> {
                    return header(block, type, size, pax, longName, longLink);
                }
            }
        }
    }

    private Header header(
            byte[] block,
            byte type,
            long rawSize,
            Map<String, byte[]> pax,
            byte @Nullable [] longName,
            byte @Nullable [] longLink)
            throws IOException {
        for (String key : pax.keySet()) {
            if (key.startsWith("GNU.sparse.")) {
                throw new TarTree.RefusedException(
                        "it has sparse files, which are not supported; pack it without --sparse");
            }
        }
        byte[] name = pax.getOrDefault("path", longName != null ? longName : ustarName(block));
        byte[] link = pax.getOrDefault("linkpath", longLink != null ? longLink : untilNul(block, 157, 100));
        long size = paxNumber(pax, "size", rawSize);
        boolean hasContent = type == '0' || type == '7' || type == 0;
        // A link may say its target's size and a folder its own; no content follows these.
        if (hasContent || (type != '1' && type != '2' && type != '3' && type != '4' && type != '5' && type != '6')) {
            begin(size);
        }
        boolean device = type == '3' || type == '4';
        return new Header(
                name,
                type,
                hasContent ? size : 0,
                (int) number(block, 100, 8) & 07777,
                id(paxNumber(pax, "uid", number(block, 108, 8))),
                id(paxNumber(pax, "gid", number(block, 116, 8))),
                link,
                device ? (int) number(block, 329, 8) : 0,
                device ? (int) number(block, 337, 8) : 0,
                xattrs(pax));
    }

    private static long id(long value) throws IOException {
        if (value < 0 || value > 0xfffffffeL) {
            throw new TarTree.RefusedException("a user or group number is out of range: " + value);
        }
        return value;
    }

    private static SortedMap<String, byte[]> xattrs(Map<String, byte[]> pax) {
        SortedMap<String, byte[]> xattrs = new TreeMap<>();
        pax.forEach((key, value) -> {
            if (key.startsWith("SCHILY.xattr.") && !key.equals("SCHILY.xattr.security.selinux")) {
                xattrs.put(key.substring("SCHILY.xattr.".length()), value);
            }
        });
        return xattrs;
    }

    private void begin(long size) throws IOException {
        if (size < 0) {
            throw new TarTree.RefusedException("an entry has a negative size");
        }
        left = size;
        padding = (BLOCK - size % BLOCK) % BLOCK;
    }

    /** The content of the entry that {@link #next} gave last. */
    InputStream content() {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
            }

            @Override
            public int read(byte[] buffer, int offset, int length) throws IOException {
                if (left == 0) {
                    return length == 0 ? 0 : -1;
                }
                int n = in.read(buffer, offset, (int) Math.min(left, length));
                if (n < 0) {
                    throw new EOFException();
                }
                left -= n;
                return n;
            }
        };
    }

    private byte @Nullable [] nextHeaderBlock() throws IOException {
        in.skipNBytes(left + padding);
        left = 0;
        padding = 0;
        byte[] block = in.readNBytes(BLOCK);
        if (block.length == 0 || isZero(block)) {
            return null;
        }
        if (block.length < BLOCK) {
            throw new EOFException();
        }
        checkSum(block);
        return block;
    }

    private static boolean isZero(byte[] block) {
        for (byte b : block) {
            if (b != 0) {
                return false;
            }
        }
        return true;
    }

    private static void checkSum(byte[] block) throws IOException {
        long sum = 0;
        for (int i = 0; i < BLOCK; i++) {
            sum += i >= 148 && i < 156 ? ' ' : Byte.toUnsignedInt(block[i]);
        }
        if (sum != number(block, 148, 8)) {
            throw new TarTree.RefusedException("it is damaged or no tar archive: a header has a wrong checksum");
        }
    }

    private byte[] extension(long size) throws IOException {
        if (size < 0 || size > MAX_EXTENSION) {
            throw new TarTree.RefusedException("an extended header of " + size + " bytes is too large");
        }
        byte[] bytes = in.readNBytes((int) size);
        if (bytes.length < size) {
            throw new EOFException();
        }
        in.skipNBytes((BLOCK - size % BLOCK) % BLOCK);
        return bytes;
    }

    /** Records {@code <length> <key>=<value>\n}; the length counts itself. */
    private static void readPax(byte[] records, Map<String, byte[]> into) throws IOException {
        int at = 0;
        while (at < records.length) {
            int length = 0;
            int i = at;
            while (i < records.length && records[i] >= '0' && records[i] <= '9' && length < MAX_EXTENSION) {
                length = length * 10 + records[i++] - '0';
            }
            int end = at + length;
            int equals = i + 1;
            while (equals < end && equals < records.length && records[equals] != '=') {
                equals++;
            }
            if (i == at
                    || length > records.length - at
                    || equals >= end
                    || records[i] != ' '
                    || records[end - 1] != '\n') {
                throw new TarTree.RefusedException("it has a broken extended header");
            }
            String key = new String(records, i + 1, equals - i - 1, StandardCharsets.UTF_8);
            byte[] value = Arrays.copyOfRange(records, equals + 1, end - 1);
            if (value.length == 0 && !key.startsWith("SCHILY.xattr.")) {
                into.remove(key);
            } else {
                into.put(key, value);
            }
            at = end;
        }
    }

    private static long paxNumber(Map<String, byte[]> pax, String key, long otherwise) throws IOException {
        byte[] value = pax.get(key);
        if (value == null) {
            return otherwise;
        }
        try {
            return Long.parseLong(new String(value, StandardCharsets.US_ASCII));
        } catch (NumberFormatException e) {
            throw new TarTree.RefusedException("an extended header has a broken number for " + key);
        }
    }

    private static byte[] ustarName(byte[] block) {
        byte[] name = untilNul(block, 0, 100);
        boolean posix = new String(block, 257, 6, StandardCharsets.ISO_8859_1).equals("ustar\0");
        byte[] prefix = posix ? untilNul(block, 345, 155) : new byte[0];
        if (prefix.length == 0) {
            return name;
        }
        byte[] joined = Arrays.copyOf(prefix, prefix.length + 1 + name.length);
        joined[prefix.length] = '/';
        System.arraycopy(name, 0, joined, prefix.length + 1, name.length);
        return joined;
    }

    private static byte[] untilNul(byte[] bytes, int start, int length) {
        int end = start;
        while (end < start + length && bytes[end] != 0) {
            end++;
        }
        return Arrays.copyOfRange(bytes, start, end);
    }

    /** Octal digits, or GNU's big-endian binary when the first bit is set. */
    private static long number(byte[] block, int start, int length) throws IOException {
        if ((block[start] & 0x80) != 0) {
            long value = (block[start] & 0x40) != 0 ? -1 : block[start] & 0x3f;
            for (int i = start + 1; i < start + length; i++) {
                if (value > Long.MAX_VALUE >> 8 || value < Long.MIN_VALUE >> 8) {
                    throw new TarTree.RefusedException("a number is too large");
                }
                value = (value << 8) | Byte.toUnsignedInt(block[i]);
            }
            return value;
        }
        long value = 0;
        boolean begun = false;
        for (int i = start; i < start + length; i++) {
            byte b = block[i];
            if (b >= '0' && b <= '7') {
                value = value * 8 + b - '0';
                begun = true;
            } else if (b == 0 || (b == ' ' && begun)) {
                break;
            } else if (b != ' ') {
                throw new TarTree.RefusedException("it is damaged or no tar archive: a number has the byte " + b);
            }
        }
        return value;
    }
}
