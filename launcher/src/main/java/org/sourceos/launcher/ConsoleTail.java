package org.sourceos.launcher;

import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** The end of what a guest's kernel has printed. It may print for ever; we keep a fixed amount. */
public final class ConsoleTail extends OutputStream {
    private static final int SIZE = 16 << 10;
    private static final int SHOWN_LINES = 20;

    private final byte[] ring = new byte[SIZE];
    private long written;

    @Override
    public synchronized void write(int b) {
        ring[(int) (written++ % SIZE)] = (byte) b;
    }

    @Override
    public synchronized void write(byte[] bytes, int from, int length) {
        int start = from + Math.max(0, length - SIZE);
        for (int i = start; i < from + length; i++) {
            write(bytes[i]);
        }
    }

    /** All that is kept, without anything a terminal would obey. */
    public synchronized String text() {
        int length = (int) Math.min(written, SIZE);
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = ring[(int) ((written - length + i) % SIZE)];
        }
        StringBuilder clean = new StringBuilder();
        new String(bytes, StandardCharsets.UTF_8)
                .codePoints()
                .filter(c -> c == '\n' || c == '\t' || !Character.isISOControl(c))
                .forEach(clean::appendCodePoint);
        return clean.toString();
    }

    /** The last lines, for a message. */
    public String lastLines() {
        var lines = text().strip().lines().toList();
        return String.join("\n", lines.subList(Math.max(0, lines.size() - SHOWN_LINES), lines.size()));
    }
}
