package org.sourceos.hooks.server;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * Cuts a stream into packets (gitprotocol-common, "pkt-line Format"), however its bytes arrive. Hears nothing more after
 * what is none.
 */
final class PacketLines {
    static final int HEADER = 4;

    private final Consumer<byte[]> packets;
    private final ByteArrayOutputStream begun = new ByteArrayOutputStream();
    private int wanted = HEADER;
    private boolean inHeader = true;
    private boolean lost;

    /** @param packets gets each payload; an empty one for a flush and the like */
    PacketLines(Consumer<byte[]> packets) {
        this.packets = packets;
    }

    void feed(byte[] bytes, int offset, int length) {
        int at = offset;
        int end = offset + length;
        while (at < end && !lost) {
            int taken = Math.min(wanted - begun.size(), end - at);
            begun.write(bytes, at, taken);
            at += taken;
            if (begun.size() == wanted) {
                byte[] whole = begun.toByteArray();
                begun.reset();
                complete(whole);
            }
        }
    }

    private void complete(byte[] whole) {
        if (!inHeader) {
            expectHeader();
            packets.accept(whole);
            return;
        }
        String text = new String(Arrays.copyOf(whole, HEADER), StandardCharsets.ISO_8859_1);
        if (!text.matches("[0-9a-fA-F]{4}")) {
            lost = true;
            return;
        }
        int size = Integer.parseInt(text, 16);
        if (size <= HEADER) {
            packets.accept(new byte[0]);
        } else {
            inHeader = false;
            wanted = size - HEADER;
        }
    }

    private void expectHeader() {
        inHeader = true;
        wanted = HEADER;
    }
}
