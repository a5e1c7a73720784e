package org.sourceos.gitstore.git;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.zip.Adler32;
import java.util.zip.CRC32;

/** A {@link PageAligned} blob on its way into a pack: its place is taken when it begins, then its parts are written there. */
final class PagedEntry {
    private static final int CHECKSUM = 4;

    private final PackOutput out;
    private final long start;
    private final byte[] front;
    private final CRC32 crc = new CRC32();
    private final Adler32 adler = new Adler32();
    private long at;

    /** Takes the place behind all others; nothing else may be added meanwhile. */
    PagedEntry(PackOutput out, byte[] header, long size) throws IOException {
        this.out = out;
        this.start = out.position();
        this.at = start;
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        head.writeBytes(header);
        head.writeBytes(PageAligned.ZLIB_HEADER);
        head.writeBytes(PageAligned.padding(PageAligned.gap(start + head.size())));
        boolean only = size <= PageAligned.LAST;
        head.writeBytes(PageAligned.header(only ? (int) size : PageAligned.RUN, only));
        this.front = head.toByteArray();
        out.skip(front.length + PageAligned.span(size) + CHECKSUM);
    }

    void first(PagedPart part) {
        part.prepend(front);
    }

    void write(PagedPart part) throws IOException {
        part.addTo(adler);
        writeBytes(part);
    }

    PackEntry last(PagedPart part, byte[] key) throws IOException {
        part.addTo(adler);
        part.append((int) adler.getValue());
        writeBytes(part);
        return new PackEntry(key, (int) crc.getValue(), start);
    }

    private void writeBytes(PagedPart part) throws IOException {
        crc.update(part.bytes());
        long length = part.bytes().remaining();
        out.write(part.bytes(), at);
        at += length;
    }
}
