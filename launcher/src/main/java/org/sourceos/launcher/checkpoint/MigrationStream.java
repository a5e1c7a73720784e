package org.sourceos.launcher.checkpoint;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Takes QEMU's migration stream ({@code docs/devel/migration.rst}, {@code migration/ram.c}) apart: the pages of the machine's
 * memory go into its file, everything else stays a stream, which a QEMU that has this file as its memory takes as one that was
 * made with shared memory. Of the memory's sections only what every QEMU since 2.3 writes is understood; anything else fails.
 */
final class MigrationStream {
    /** What QEMU calls memory given as {@code -object memory-backend-file,id=ram}. */
    private static final String RESTORED_NAME = "ram";

    private static final int MAGIC = 0x5145564d;
    private static final int VERSION = 3;
    private static final int RAM_VERSION = 4;

    private static final int SECTION_START = 1;
    private static final int SECTION_PART = 2;
    private static final int SECTION_END = 3;
    private static final int SECTION_FULL = 4;
    private static final int SUBSECTION = 5;
    private static final int CONFIGURATION = 7;
    private static final int FOOTER = 0x7e;

    private static final int FLAG_ZERO = 0x02;
    private static final int FLAG_SIZE = 0x04;
    private static final int FLAG_PAGE = 0x08;
    private static final int FLAG_END = 0x10;
    private static final int FLAG_SAME_BLOCK = 0x20;

    private static final int MAX_BLOCKS = 64;
    private static final int MAX_STATE = 64 << 20;
    private static final int CHUNK = 1 << 16;

    private final DataInputStream in;
    private final RamFile ram;
    private final long ramSize;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final DataOutputStream out = new DataOutputStream(bytes);
    private final byte[] page = new byte[RamFile.PAGE];
    /** What the machine's memory is called in this stream. */
    private @Nullable String main;
    /** Where the last page belonged: what begins a section may go on where another ended. */
    private String block = "";

    /** @param in buffered */
    MigrationStream(InputStream in, RamFile ram, long ramSize) {
        this.in = new DataInputStream(in);
        this.ram = ram;
        this.ramSize = ramSize;
    }

    /** Reads to the end; the stream without the memory. */
    byte[] run() throws IOException {
        try {
            expect(in.readInt() == MAGIC && in.readInt() == VERSION, "its beginning");
            out.writeInt(MAGIC);
            out.writeInt(VERSION);
            int next = configuration(in.readUnsignedByte());
            expect(next == SECTION_START, "section type " + next + " before the memory");
            int section = in.readInt();
            String name = name();
            int instance = in.readInt();
            int version = in.readInt();
            expect(name.equals("ram") && instance == 0 && version == RAM_VERSION, "section " + name + " " + version);
            out.writeByte(SECTION_START);
            out.writeInt(section);
            put(name);
            out.writeInt(instance);
            out.writeInt(version);
            memory(section);
            for (next = in.readUnsignedByte(); next == SECTION_PART; next = in.readUnsignedByte()) {
                begin(SECTION_PART, section);
                memory(section);
            }
            expect(next == SECTION_END, "section type " + next + " within the memory");
            begin(SECTION_END, section);
            memory(section);
            next = in.readUnsignedByte();
            expect(next == SECTION_FULL, "section type " + next + " behind the memory");
            out.writeByte(next);
            rest();
            return bytes.toByteArray();
        } catch (EOFException e) {
            throw new IOException("QEMU stopped in the middle of saving it", e);
        }
    }

    private void begin(int type, int section) throws IOException {
        int found = in.readInt();
        expect(found == section, "section " + found + " within the memory");
        out.writeByte(type);
        out.writeInt(section);
    }

    /** The machine's name and what both sides must be able to do; passed on. Gives the byte behind it. */
    private int configuration(int first) throws IOException {
        expect(first == CONFIGURATION, "no configuration");
        out.writeByte(first);
        int length = in.readInt();
        expect(length >= 0 && length < 256, "a machine type of " + length + " letters");
        out.writeInt(length);
        out.write(in.readNBytes(length));
        int next = in.readUnsignedByte();
        while (next == SUBSECTION) {
            String name = name();
            out.writeByte(SUBSECTION);
            put(name);
            out.writeInt(in.readInt());
            expect(name.equals("configuration/capabilities"), name);
            int count = in.readInt();
            expect(count >= 0 && count < 256, count + " capabilities");
            out.writeInt(count);
            for (int i = 0; i < count; i++) {
                put(name());
            }
            next = in.readUnsignedByte();
        }
        return next;
    }

    private void memory(int section) throws IOException {
        while (true) {
            long word = in.readLong();
            long offset = word & -RamFile.PAGE;
            int flags = (int) (word & (RamFile.PAGE - 1));
            if (flags == FLAG_END) {
                break;
            }
            if (flags == FLAG_SIZE) {
                blocks(word, offset);
                continue;
            }
            if ((flags & FLAG_SAME_BLOCK) == 0) {
                block = name();
            }
            int kind = flags & ~FLAG_SAME_BLOCK;
            expect(kind == FLAG_ZERO || kind == FLAG_PAGE, "a page with flags " + Integer.toHexString(flags));
            int fill = kind == FLAG_ZERO ? in.readUnsignedByte() : 0;
            expect(fill == 0, "a page filled with " + fill);
            if (kind == FLAG_PAGE) {
                in.readFully(page);
            }
            if (!block.equals(main)) {
                small(offset, kind);
            } else if (kind == FLAG_ZERO) {
                ram.putZeros(offset);
            } else {
                ram.put(offset, page, 0);
            }
        }
        out.writeLong(FLAG_END);
        int footer = in.readUnsignedByte();
        expect(footer == FOOTER && in.readInt() == section, "no end of the memory's section");
        out.writeByte(footer);
        out.writeInt(section);
    }

    /** The list of memory blocks: the machine's own, and those of its firmware. */
    private void blocks(long word, long total) throws IOException {
        out.writeLong(word);
        long left = total;
        for (int i = 0; left > 0; i++) {
            expect(i < MAX_BLOCKS, "too many blocks of memory");
            String name = name();
            long length = in.readLong();
            long address = in.readLong();
            expect(length > 0 && length <= left, "a block of memory of " + length + " bytes");
            left -= length;
            if (length == ramSize) {
                expect(main == null, "two memories of one size");
                main = name;
            }
            put(length == ramSize ? RESTORED_NAME : name);
            out.writeLong(length);
            out.writeLong(address);
        }
        expect(main != null, "no memory of " + ramSize + " bytes");
    }

    /** The firmware's memory is small and stays in the stream. */
    private void small(long offset, int kind) throws IOException {
        out.writeLong(offset | kind);
        put(block);
        if (kind == FLAG_ZERO) {
            out.writeByte(0);
        } else {
            out.write(page);
        }
        expect(bytes.size() <= MAX_STATE, "a state of more than " + (MAX_STATE >> 20) + " MiB");
    }

    private void rest() throws IOException {
        byte[] chunk = new byte[CHUNK];
        for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
            out.write(chunk, 0, n);
            expect(bytes.size() <= MAX_STATE, "a state of more than " + (MAX_STATE >> 20) + " MiB");
        }
    }

    private String name() throws IOException {
        return new String(in.readNBytes(in.readUnsignedByte()), StandardCharsets.ISO_8859_1);
    }

    private void put(String name) throws IOException {
        byte[] letters = name.getBytes(StandardCharsets.ISO_8859_1);
        out.writeByte(letters.length);
        out.write(letters);
    }

    private static void expect(boolean condition, String what) throws IOException {
        if (!condition) {
            throw new IOException("this QEMU saves machines in a way that is not understood here: "
                    + what.replaceAll("\\p{Cntrl}", "?"));
        }
    }
}
