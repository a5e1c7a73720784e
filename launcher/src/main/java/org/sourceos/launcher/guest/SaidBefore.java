package org.sourceos.launcher.guest;

import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.NonWritableChannelException;

/** What a guest said in another machine's life, to be read as if it came now. */
final class SaidBefore implements ByteChannel {
    private final ByteBuffer bytes;

    SaidBefore(byte[] said) {
        this.bytes = ByteBuffer.wrap(said);
    }

    @Override
    public int read(ByteBuffer into) {
        if (!bytes.hasRemaining()) {
            return -1;
        }
        int length = Math.min(into.remaining(), bytes.remaining());
        into.put(bytes.slice(bytes.position(), length));
        bytes.position(bytes.position() + length);
        return length;
    }

    @Override
    public int write(ByteBuffer from) {
        throw new NonWritableChannelException();
    }

    @Override
    public boolean isOpen() {
        return true;
    }

    @Override
    public void close() {
        // It is memory.
    }
}
