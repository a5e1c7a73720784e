package org.sourceos.launcher.guest;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** What a guest has said, checked: whoever has one of these can rely on its numbers. */
public sealed interface GuestMessage {
    /** PID 1 has assembled the root and waits for START. */
    record Ready(int protocolVersion) implements GuestMessage {}

    /** Bytes of the program's output. They are valid until the next message is read. */
    record Output(boolean isError, ByteBuffer bytes) implements GuestMessage {}

    /** It takes so many more bytes of input. */
    record StdinGrant(int bytes) implements GuestMessage {}

    /** The program has closed its input. */
    record StdinClosed() implements GuestMessage {}

    record Exited(int status) implements GuestMessage {}

    record Signalled(int signal) implements GuestMessage {}

    /** The program could not be started: not there, or there and not executable. */
    record NotStarted(boolean found, int errno) implements GuestMessage {}

    /** PID 1 could not do what START asked for. The text is the guest's, stripped of control characters. */
    record Failed(String text) implements GuestMessage {}

    record Pong(ByteBuffer payload) implements GuestMessage {}

    /** All programs stand still, and everything they have said was said before this. */
    record Held() implements GuestMessage {}

    /** More input than this is never granted at once. */
    int MAX_GRANT = 1 << 20;

    int MAX_ERROR_TEXT = 4096;
    int MAX_PONG = 64;

    /** Understands one frame. */
    static GuestMessage decode(int type, ByteBuffer payload) throws ProtocolException {
        ByteBuffer bytes = payload.slice().order(ByteOrder.LITTLE_ENDIAN);
        if (type == FrameType.READY.code()) {
            need(bytes.remaining() == Integer.BYTES, "READY", bytes);
            return new Ready(bytes.getInt());
        } else if (type == FrameType.STDOUT.code() || type == FrameType.STDERR.code()) {
            return new Output(type == FrameType.STDERR.code(), bytes);
        } else if (type == FrameType.STDIN_GRANT.code()) {
            need(bytes.remaining() == Integer.BYTES, "STDIN_GRANT", bytes);
            int grant = bytes.getInt();
            if (grant <= 0 || grant > MAX_GRANT) {
                throw new ProtocolException("it granted " + Integer.toUnsignedString(grant) + " bytes of input");
            }
            return new StdinGrant(grant);
        } else if (type == FrameType.STDIN_CLOSED.code()) {
            need(!bytes.hasRemaining(), "STDIN_CLOSED", bytes);
            return new StdinClosed();
        } else if (type == FrameType.EXIT.code()) {
            need(bytes.remaining() == 1 + Integer.BYTES, "EXIT", bytes);
            return decodeExit(bytes.get(), bytes.getInt());
        } else if (type == FrameType.ERROR.code()) {
            need(bytes.remaining() <= MAX_ERROR_TEXT, "ERROR", bytes);
            return new Failed(printable(bytes));
        } else if (type == FrameType.PONG.code()) {
            need(bytes.remaining() <= MAX_PONG, "PONG", bytes);
            return new Pong(bytes);
        } else if (type == FrameType.HELD.code()) {
            need(!bytes.hasRemaining(), "HELD", bytes);
            return new Held();
        }
        throw new ProtocolException("it sent a frame of unknown type " + type);
    }

    private static GuestMessage decodeExit(int kind, int value) throws ProtocolException {
        boolean sane = value >= 0 && value <= (kind == 1 ? 64 : kind == 0 ? 255 : 4095);
        if (!sane) {
            throw new ProtocolException("it ended with kind " + kind + " and value " + Integer.toUnsignedString(value));
        }
        return switch (kind) {
            case 0 -> new Exited(value);
            case 1 -> new Signalled(value);
            case 2 -> new NotStarted(false, value);
            case 3 -> new NotStarted(true, value);
            default -> throw new ProtocolException("it ended in an unknown way, " + kind);
        };
    }

    private static void need(boolean condition, String name, ByteBuffer bytes) throws ProtocolException {
        if (!condition) {
            throw new ProtocolException("it sent a malformed " + name + " of " + bytes.remaining() + " bytes");
        }
    }

    /** The guest's text without anything a terminal would obey. */
    private static String printable(ByteBuffer bytes) {
        return printable(StandardCharsets.UTF_8.decode(bytes).toString()).strip();
    }

    /** Text of a guest without anything a terminal would obey; line ends and tabs stay. */
    static String printable(String text) {
        StringBuilder clean = new StringBuilder();
        text.codePoints()
                .filter(c -> c != '\r')
                .map(c -> c == '\n' || c == '\t' || !Character.isISOControl(c) ? c : '?')
                .forEach(clean::appendCodePoint);
        return clean.toString();
    }
}
