package org.sourceos.launcher.guest;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ByteChannel;
import java.util.Optional;

/**
 * The host's end of a guest's port: whole frames in, whole frames out.
 *
 * <p>One thread reads, one writes. What is read is hostile: a length is checked before anything is done with it, and the
 * memory used is one frame's. Closing (from any thread) ends both.
 */
public final class GuestChannel implements AutoCloseable {
    /** Type, flags, two zero bytes, length. */
    static final int HEADER = 8;

    static final int MAX_PAYLOAD = 65_536;
    static final int FLAG_MORE = 1;
    static final int PROTOCOL_VERSION = 1;

    private final ByteChannel channel;
    private final ByteBuffer in = ByteBuffer.allocate(HEADER + MAX_PAYLOAD).order(ByteOrder.LITTLE_ENDIAN);
    private int previous;

    public GuestChannel(ByteChannel channel) {
        this.channel = channel;
        in.limit(0);
    }

    /** The next message; empty when the guest has gone between two messages. */
    public Optional<GuestMessage> read() throws IOException {
        in.position(in.position() + previous);
        previous = 0;
        if (!fill(HEADER)) {
            if (in.hasRemaining()) {
                throw new ProtocolException("it fell silent in the middle of a frame");
            }
            return Optional.empty();
        }
        int at = in.position();
        int type = Byte.toUnsignedInt(in.get(at));
        int length = in.getInt(at + Integer.BYTES);
        if (in.get(at + 1) != 0 || in.getShort(at + 2) != 0 || length < 0 || length > MAX_PAYLOAD) {
            throw new ProtocolException(
                    "it sent a broken frame (type " + type + ", " + Integer.toUnsignedString(length) + " bytes)");
        }
        if (!fill(HEADER + length)) {
            throw new ProtocolException("it fell silent in the middle of a frame");
        }
        ByteBuffer payload = in.slice(in.position() + HEADER, length);
        previous = HEADER + length;
        return Optional.of(GuestMessage.decode(type, payload));
    }

    /** Reads until so many bytes are there; false when there are no more. */
    private boolean fill(int wanted) throws IOException {
        while (in.remaining() < wanted) {
            if (in.position() > 0 && in.capacity() - in.position() < wanted) {
                in.compact().flip();
            }
            int start = in.position();
            int end = in.limit();
            in.limit(in.capacity()).position(end);
            int n;
            try {
                n = channel.read(in);
            } finally {
                in.limit(in.position()).position(start);
            }
            if (n < 0) {
                return false;
            }
        }
        return true;
    }

    /** A frame ready to be written. */
    static ByteBuffer frame(FrameType type, int flags, byte[] payload, int from, int length) {
        if (length > MAX_PAYLOAD) {
            throw new IllegalArgumentException(length + " bytes do not fit into a frame");
        }
        ByteBuffer frame = ByteBuffer.allocate(HEADER + length).order(ByteOrder.LITTLE_ENDIAN);
        frame.put((byte) type.code()).put((byte) flags).putShort((short) 0).putInt(length);
        return frame.put(payload, from, length).flip();
    }

    /** Writes one or more whole frames. */
    void write(ByteBuffer frames) throws IOException {
        while (frames.hasRemaining()) {
            channel.write(frames);
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            // It is gone either way, and nothing was kept back.
        }
    }
}
