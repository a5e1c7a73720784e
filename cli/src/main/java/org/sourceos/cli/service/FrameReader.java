package org.sourceos.cli.service;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.sourceos.host.posix.LocalSocket;
import org.sourceos.host.posix.Wake;

/** Frames of a client, one after the other; used by one thread at a time. */
final class FrameReader {
    private final LocalSocket socket;
    private final Wake wake;

    FrameReader(LocalSocket socket, Wake wake) {
        this.socket = socket;
        this.wake = wake;
    }

    /** The next frame; empty when the client is gone, or when the wake rang. */
    Optional<Frame> next() throws IOException {
        Optional<byte[]> header = exactly(Frame.HEADER);
        if (header.isEmpty()) {
            return Optional.empty();
        }
        ByteBuffer fields = ByteBuffer.wrap(header.get());
        byte type = fields.get();
        int length = fields.getInt();
        if (length < 0 || length > Frame.LIMIT) {
            throw new ProtocolException("a frame of " + Integer.toUnsignedString(length) + " bytes");
        }
        return exactly(length).map(content -> new Frame(type, content));
    }

    /** That many bytes; empty when the connection ends before. */
    Optional<byte[]> exactly(int length) throws IOException {
        byte[] all = new byte[length];
        int filled = 0;
        byte[] part = all;
        while (filled < length) {
            int n = socket.read(part, length - filled, wake);
            if (n < 0) {
                return Optional.empty();
            }
            if (part != all) {
                System.arraycopy(part, 0, all, filled, n);
            }
            filled += n;
            part = new byte[Math.min(length - filled, 1 << 16)];
        }
        return Optional.of(all);
    }
}
