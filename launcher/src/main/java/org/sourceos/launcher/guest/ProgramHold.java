package org.sourceos.launcher.guest;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.sourceos.gitstore.image.Readiness;

/** Starts a program for the sake of saving it: from START to where it stands still. */
final class ProgramHold {
    /** One that says more before it is ready is none of those that are worth it. */
    private static final int MAX_SAID = 256 << 10;

    private static final int NOW = 0;
    private static final int PORT = 1;
    private static final int IDLE = 2;

    private final GuestChannel channel;
    private final Outbox outbox;
    private final Readiness readiness;
    private final ByteArrayOutputStream said;
    private final StringBuilder text = new StringBuilder();
    private boolean asked;

    ProgramHold(GuestChannel channel, Outbox outbox, Readiness readiness, ByteArrayOutputStream said) {
        this.channel = channel;
        this.outbox = outbox;
        this.readiness = readiness;
        this.said = said;
    }

    Optional<GuestMessage> run(List<ByteBuffer> start) throws IOException {
        for (ByteBuffer frame : start) {
            outbox.send(frame);
        }
        if (readiness instanceof Readiness.Port port) {
            ask(PORT, port.number());
        } else if (readiness instanceof Readiness.Idle idle) {
            ask(IDLE, idle.millis());
        }
        while (true) {
            Optional<GuestMessage> message = channel.read();
            if (message.isEmpty() || !keep(message.get())) {
                return message;
            }
            if (said.size() > MAX_SAID) {
                throw new IOException("it says more than " + (MAX_SAID >> 10) + " KiB before it is ready");
            }
        }
    }

    /** False when it is the last one. */
    private boolean keep(GuestMessage message) throws IOException {
        if (message instanceof GuestMessage.Output output) {
            byte[] bytes = new byte[output.bytes().remaining()];
            output.bytes().duplicate().get(bytes);
            add(output.isError() ? FrameType.STDERR : FrameType.STDOUT, bytes);
            look(bytes);
        } else if (message instanceof GuestMessage.StdinGrant grant) {
            add(FrameType.STDIN_GRANT, number(grant.bytes()).array());
        } else if (message instanceof GuestMessage.StdinClosed) {
            add(FrameType.STDIN_CLOSED, new byte[0]);
        } else if (message instanceof GuestMessage.Ready) {
            throw new ProtocolException("it was ready a second time");
        } else {
            return false;
        }
        return true;
    }

    private void add(FrameType type, byte[] payload) {
        said.writeBytes(GuestChannel.frame(type, 0, payload, 0, payload.length).array());
    }

    /** A text may come in pieces; bytes are compared, whatever their encoding. */
    private void look(byte[] bytes) throws IOException {
        if (asked || !(readiness instanceof Readiness.Output output)) {
            return;
        }
        text.append(new String(bytes, StandardCharsets.ISO_8859_1));
        String wanted = new String(output.text().getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
        if (text.indexOf(wanted) >= 0) {
            ask(NOW, 0);
        }
    }

    private void ask(int kind, int value) throws IOException {
        asked = true;
        byte[] payload = ByteBuffer.allocate(1 + Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put((byte) kind)
                .putInt(value)
                .array();
        outbox.send(GuestChannel.frame(FrameType.HOLD, 0, payload, 0, payload.length));
    }

    private static ByteBuffer number(int value) {
        return ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN).putInt(value);
    }
}
