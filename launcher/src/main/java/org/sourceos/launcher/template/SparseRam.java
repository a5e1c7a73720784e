package org.sourceos.launcher.template;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.Arrays;
import org.sourceos.gitstore.Digest;
import org.sourceos.host.Cancellation;

/**
 * A machine's memory as a file in which pages of zeros take no room.
 *
 * @param digest of the pages that are not zero, each with its place
 * @param usedBytes what those pages take
 */
public record SparseRam(Digest digest, long usedBytes) {
    private static final int PAGE = 4096;
    private static final byte[] ZEROS = new byte[PAGE];
    private static final int CHUNK = 256 * PAGE;

    /** Where a page that is not zero goes. */
    private interface PageSink {
        void write(byte[] chunk, int from, int length, long at) throws IOException;
    }

    public static SparseRam of(Path file, Cancellation cancellation) throws IOException {
        return read(file, cancellation, (chunk, from, length, at) -> {});
    }

    /** Copies all that is not zero to a new file and flushes that to the disk. */
    static SparseRam copy(Path from, Path to, Cancellation cancellation) throws IOException {
        try (FileChannel out = FileChannel.open(
                to, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, StandardOpenOption.SPARSE)) {
            SparseRam ram = read(from, cancellation, (chunk, at, length, place) -> {
                ByteBuffer bytes = ByteBuffer.wrap(chunk, at, length);
                for (long written = place; bytes.hasRemaining(); ) {
                    written += out.write(bytes, written);
                }
            });
            long size = Files.size(from);
            if (out.size() < size) {
                // The last page is zero: a byte of it makes the file as long as the memory.
                out.write(ByteBuffer.wrap(ZEROS, 0, 1), size - 1);
            }
            out.force(true);
            return ram;
        }
    }

    private static SparseRam read(Path file, Cancellation cancellation, PageSink sink) throws IOException {
        MessageDigest digest = Digest.newMessageDigest();
        ByteBuffer place = ByteBuffer.allocate(Long.BYTES);
        byte[] chunk = new byte[CHUNK];
        long used = 0;
        try (FileChannel in = FileChannel.open(file, StandardOpenOption.READ)) {
            for (long at = 0; ; at += CHUNK) {
                cancellation.throwIfCancelled();
                int length = fill(in, at, chunk);
                for (int from = 0; from < length; from += PAGE) {
                    int size = Math.min(PAGE, length - from);
                    if (Arrays.equals(chunk, from, from + size, ZEROS, 0, size)) {
                        continue;
                    }
                    digest.update(place.putLong(0, at + from).array());
                    digest.update(chunk, from, size);
                    sink.write(chunk, from, size, at + from);
                    used += PAGE;
                }
                if (length < CHUNK) {
                    return new SparseRam(Digest.finish(digest), used);
                }
            }
        }
    }

    private static int fill(FileChannel in, long at, byte[] chunk) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(chunk);
        while (bytes.hasRemaining()) {
            if (in.read(bytes, at + bytes.position()) < 0) {
                break;
            }
        }
        return bytes.position();
    }
}
