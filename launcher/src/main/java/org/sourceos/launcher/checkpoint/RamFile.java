package org.sourceos.launcher.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.BitSet;

/** A machine's memory as a new file in which pages of zeros take no room, written page by page in any order. */
final class RamFile implements AutoCloseable {
    static final int PAGE = 4096;
    private static final byte[] ZEROS = new byte[PAGE];

    private final FileChannel file;
    private final long size;
    private final BitSet used = new BitSet();

    private RamFile(FileChannel file, long size) {
        this.file = file;
        this.size = size;
    }

    static RamFile create(Path path, long size) throws IOException {
        if (size <= 0 || size % PAGE != 0 || size / PAGE > Integer.MAX_VALUE) {
            throw new IOException("a memory of " + size + " bytes is none");
        }
        FileChannel file = FileChannel.open(
                path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, StandardOpenOption.SPARSE);
        RamFile ram = new RamFile(file, size);
        try {
            // One byte at the end makes the file as long as the memory.
            ram.write(ByteBuffer.wrap(ZEROS, 0, 1), size - 1);
            return ram;
        } catch (IOException e) {
            file.close();
            throw e;
        }
    }

    /** A page that comes again replaces what it was. */
    void put(long offset, byte[] page, int from) throws IOException {
        check(offset);
        if (isZero(page, from)) {
            putZeros(offset);
            return;
        }
        write(ByteBuffer.wrap(page, from, PAGE), offset);
        used.set((int) (offset / PAGE));
    }

    void putZeros(long offset) throws IOException {
        check(offset);
        int page = (int) (offset / PAGE);
        if (used.get(page)) {
            write(ByteBuffer.wrap(ZEROS), offset);
            used.clear(page);
        }
    }

    static boolean isZero(byte[] bytes, int from) {
        return Arrays.equals(bytes, from, from + PAGE, ZEROS, 0, PAGE);
    }

    private void check(long offset) throws IOException {
        if (offset < 0 || offset % PAGE != 0 || offset > size - PAGE) {
            throw new IOException("there is no page at " + offset + " in a memory of " + size + " bytes");
        }
    }

    private void write(ByteBuffer bytes, long at) throws IOException {
        for (long place = at; bytes.hasRemaining(); ) {
            place += file.write(bytes, place);
        }
    }

    /** Returns when it is on the disk. */
    void flush() throws IOException {
        file.force(true);
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
