package org.sourceos.host.posix;

import java.io.IOException;
import java.io.OutputStream;

/** Writes to a descriptor; fails when nobody reads, and when woken. Closing it closes nothing: the descriptor has an owner. */
public final class DescriptorOutput extends OutputStream {
    private final Descriptor descriptor;
    private final Wake wake;

    public DescriptorOutput(Descriptor descriptor, Wake wake) {
        this.descriptor = descriptor;
        this.wake = wake;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
        descriptor.write(bytes, from, length, wake);
    }
}
