package org.sourceos.rebuild.progress;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/**
 * Hands on what is written to it line by line, without line ends; a carriage return ends a line too, and what is longer than
 * {@link #LONGEST} bytes is cut into several. Closing hands on what has no end yet. The consumer is called by one thread at
 * a time per consumer object, so that two streams (of one program) may share it.
 */
public final class LineStream extends OutputStream {
    static final int LONGEST = 8 << 10;

    private final Consumer<String> lines;
    private final ByteArrayOutputStream begun = new ByteArrayOutputStream();

    public LineStream(Consumer<String> lines) {
        this.lines = lines;
    }

    @Override
    public synchronized void write(int b) {
        if (b == '\n' || b == '\r') {
            hand();
        } else {
            begun.write(b);
            if (begun.size() >= LONGEST) {
                hand();
            }
        }
    }

    @Override
    public synchronized void write(byte[] bytes, int offset, int length) {
        for (int i = offset; i < offset + length; i++) {
            write(bytes[i]);
        }
    }

    private void hand() {
        if (begun.size() > 0) {
            String line = begun.toString(StandardCharsets.UTF_8);
            begun.reset();
            synchronized (lines) {
                lines.accept(line);
            }
        }
    }

    @Override
    public synchronized void close() {
        hand();
    }
}
