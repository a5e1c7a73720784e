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
    /** Type, flags, session, length. */
    static final int HEADER = 8;

    static final int MAX_PAYLOAD = 65_536;
    static final int FLAG_MORE = 1;
    public static final int PROTOCOL_VERSION = 3;
    /** Programs at once; 0 is the machine's own. */
    static final int SESSIONS = 16;

    static final int RESUME_FLAGS = 165;
    static final int RESUME_SESSION = 65_535;

    private final ByteChannel channel;
    private final ByteBuffer in = ByteBuffer.allocate(HEADER + MAX_PAYLOAD).order(ByteOrder.LITTLE_ENDIAN);
    private int previous;
    private int session;

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
        session = Short.toUnsignedInt(in.getShort(at + 2));
        int length = in.getInt(at + Integer.BYTES);
        if (in.get(at + 1) != 0 || session >= SESSIONS || length < 0 || length > MAX_PAYLOAD) {
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

    /** Whose the message was that {@link #read} gave last. */
    int session() {
        return session;
    }

    /** Drops what comes up to and including {@code pattern}; false when the guest has gone before. */
    boolean skipPast(byte[] pattern) throws IOException {
        in.position(in.position() + previous);
        previous = 0;
        while (fill(pattern.length)) {
            int last = in.limit() - pattern.length;
            for (int at = in.position(); at <= last; at++) {
                if (startsWith(at, pattern)) {
                    in.position(at + pattern.length);
                    return true;
                }
            }
            in.position(last + 1);
        }
        return false;
    }

    private boolean startsWith(int at, byte[] pattern) {
        for (int i = 0; i < pattern.length; i++) {
            if (in.get(at + i) != pattern[i]) {
                return false;
            }
        }
        return true;
    }

    /** The next bytes, which belong to no frame; empty when the guest has gone before. */
    Optional<ByteBuffer> take(int length) throws IOException {
        if (!fill(length)) {
            return Optional.empty();
        }
        ByteBuffer bytes = in.slice(in.position(), length).order(ByteOrder.LITTLE_ENDIAN);
        in.position(in.position() + length);
        return Optional.of(bytes);
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
        return frame(type, flags, 0, payload, from, length);
    }

    static ByteBuffer frame(FrameType type, int flags, int session, byte[] payload, int from, int length) {
        if (length > MAX_PAYLOAD) {
            throw new IllegalArgumentException(length + " bytes do not fit into a frame");
        }
        ByteBuffer frame = ByteBuffer.allocate(HEADER + length).order(ByteOrder.LITTLE_ENDIAN);
        frame.put((byte) type.code())
                .put((byte) flags)
                .putShort((short) session)
                .putInt(length);
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
