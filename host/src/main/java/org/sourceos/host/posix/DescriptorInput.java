package org.sourceos.host.posix;

import java.io.IOException;
import java.io.InputStream;

/** Reads a descriptor until its end, or until woken. Closing it closes nothing: the descriptor has an owner. */
public final class DescriptorInput extends InputStream {
    private final Descriptor descriptor;
    private final Wake wake;

    public DescriptorInput(Descriptor descriptor, Wake wake) {
        this.descriptor = descriptor;
        this.wake = wake;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
    }

    @Override
    public int read(byte[] bytes, int from, int length) throws IOException {
        return descriptor.read(bytes, from, length, wake);
    }
}
