package org.sourceos.gitstore.known;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;
import java.util.zip.Checksum;
import org.sourceos.host.AtomicFile;

/**
 * A file that can be made again: eight bytes that say what it is, content, and two checksums of both, as one alone is passed by
 * one damage in four thousand million. Not flushed to the disk; what a power cut leaves of it is damaged, or of another boot.
 */
final class SummedFile {
    private static final int MAGIC = 8;
    private static final int CHECKSUMS = 8;

    private SummedFile() {}

    /** The content; empty for what is missing, not ours to read, damaged, or something else. */
    static Optional<ByteBuffer> read(Path file, long magic) {
        byte[] bytes;
        try {
            bytes = Files.readAllBytes(file);
        } catch (IOException e) {
            return Optional.empty();
        }
        ByteBuffer in = ByteBuffer.wrap(bytes);
        int length = bytes.length - CHECKSUMS;
        return length < MAGIC
                        || in.getLong() != magic
                        || in.getInt(length) != sum(new CRC32(), bytes, length)
                        || in.getInt(length + 4) != sum(new CRC32C(), bytes, length)
                ? Optional.empty()
                : Optional.of(in.limit(length).slice());
    }

    /**
     * @param temporary a folder on the same file system, for this alone
     * @param content one after the other
     */
    static void write(Path file, long magic, Path temporary, ByteBuffer... content) throws IOException {
        CRC32 first = new CRC32();
        CRC32C second = new CRC32C();
        Path written = temporary.resolve("known");
        try (FileChannel out = FileChannel.open(written, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            add(out, ByteBuffer.allocate(MAGIC).putLong(magic).flip(), first, second);
            for (ByteBuffer part : content) {
                add(out, part, first, second);
            }
            ByteBuffer sums = ByteBuffer.allocate(CHECKSUMS);
            writeAll(
                    out,
                    sums.putInt((int) first.getValue())
                            .putInt((int) second.getValue())
                            .flip());
        }
        Files.createDirectories(file.resolveSibling(""));
        AtomicFile.moveIntoPlace(written, file);
    }

    private static void add(FileChannel out, ByteBuffer part, Checksum first, Checksum second) throws IOException {
        first.update(part.duplicate());
        second.update(part.duplicate());
        writeAll(out, part.duplicate());
    }

    private static void writeAll(FileChannel out, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            out.write(bytes);
        }
    }

    private static int sum(Checksum checksum, byte[] bytes, int length) {
        checksum.update(bytes, 0, length);
        return (int) checksum.getValue();
    }
}
