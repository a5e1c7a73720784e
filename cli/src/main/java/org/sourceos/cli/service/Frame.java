package org.sourceos.cli.service;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** What the two sides say to each other after the first message: a type, a length, that many bytes. */
record Frame(byte type, byte[] content) {
    static final int HEADER = 5;
    /** Of the content; keys typed come in pieces, and nothing else is long. */
    static final int LIMIT = 1 << 16;

    // From the service.
    static final byte ACCEPTED = 'A';
    static final byte OTHER_VERSION = 'O';
    static final byte NOT_HERE = 'N';
    static final byte EXIT = 'E';
    static final byte RAW = 'R';
    static final byte COOKED = 'C';
    static final byte WANT_INPUT = 'I';

    // From the client.
    static final byte GO = 'G';
    static final byte SIGNAL = 'S';
    static final byte SIZE = 'W';
    static final byte INPUT = 'D';
    static final byte TERMINAL_DONE = 'K';

    static Frame of(byte type) {
        return new Frame(type, new byte[0]);
    }

    static Frame text(byte type, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return new Frame(type, bytes.length <= LIMIT ? bytes : new byte[0]);
    }

    static Frame number(byte type, int number) {
        return new Frame(type, ByteBuffer.allocate(4).putInt(number).array());
    }

    byte[] bytes() {
        return ByteBuffer.allocate(HEADER + content.length)
                .put(type)
                .putInt(content.length)
                .put(content)
                .array();
    }
}
