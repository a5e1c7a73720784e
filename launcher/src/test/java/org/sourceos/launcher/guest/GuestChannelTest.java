package org.sourceos.launcher.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class GuestChannelTest {
    /** A guest that says these bytes, a few at a time, and goes. */
    private static final class Scripted implements ByteChannel {
        private final ByteBuffer script;
        private final int step;

        Scripted(byte[] script, int step) {
            this.script = ByteBuffer.wrap(script);
            this.step = step;
        }

        @Override
        public int read(ByteBuffer into) {
            if (!script.hasRemaining()) {
                return -1;
            }
            int n = Math.min(Math.min(step, into.remaining()), script.remaining());
            for (int i = 0; i < n; i++) {
                into.put(script.get());
            }
            return n;
        }

        @Override
        public int write(ByteBuffer from) {
            int n = from.remaining();
            from.position(from.limit());
            return n;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    }

    private static byte[] frame(int type, int length, byte... payload) {
        ByteBuffer frame = ByteBuffer.allocate(8 + payload.length).order(ByteOrder.LITTLE_ENDIAN);
        return frame.put((byte) type)
                .put((byte) 0)
                .putShort((short) 0)
                .putInt(length)
                .put(payload)
                .array();
    }

    private static List<GuestMessage> readAll(byte[] bytes, int step) throws IOException {
        GuestChannel channel = new GuestChannel(new Scripted(bytes, step));
        List<GuestMessage> messages = new ArrayList<>();
        Optional<GuestMessage> message;
        while ((message = channel.read()).isPresent()) {
            messages.add(message.get());
        }
        return messages;
    }

    @Property(tries = 200)
    void readsTheSameOutputHoweverItIsCut(@ForAll Random random, @ForAll @IntRange(min = 1, max = 70_000) int step)
            throws IOException {
        byte[] sent = new byte[random.nextInt(150_000)];
        random.nextBytes(sent);
        ByteArrayOutputStream wire = new ByteArrayOutputStream();
        for (int at = 0; at < sent.length; ) {
            int n = Math.min(1 + random.nextInt(GuestChannel.MAX_PAYLOAD), sent.length - at);
            byte[] part = Arrays.copyOfRange(sent, at, at + n);
            wire.writeBytes(frame(FrameType.STDOUT.code(), n, part));
            at += n;
        }
        GuestChannel channel = new GuestChannel(new Scripted(wire.toByteArray(), step));
        ByteArrayOutputStream received = new ByteArrayOutputStream();
        Optional<GuestMessage> message;
        while ((message = channel.read()).isPresent()) {
            ByteBuffer bytes = ((GuestMessage.Output) message.get()).bytes();
            received.write(bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining());
        }
        assertThat(received.toByteArray()).isEqualTo(sent);
    }

    @Property(tries = 2000)
    void survivesAnyBytes(@ForAll byte[] bytes, @ForAll @IntRange(min = 1, max = 100) int step) throws IOException {
        try {
            readAll(bytes, step);
        } catch (ProtocolException e) {
            assertThat(e).hasMessageStartingWith("it ");
        }
    }

    @Property(tries = 2000)
    void survivesAlteredConversations(@ForAll Random random) throws IOException {
        ByteArrayOutputStream wire = new ByteArrayOutputStream();
        wire.writeBytes(frame(65, 4, (byte) 1, (byte) 0, (byte) 0, (byte) 0));
        wire.writeBytes(frame(68, 4, (byte) 0, (byte) 0, (byte) 4, (byte) 0));
        wire.writeBytes(frame(66, 3, (byte) 'a', (byte) 'b', (byte) 'c'));
        wire.writeBytes(frame(71, 2, (byte) 'n', (byte) 'o'));
        wire.writeBytes(frame(70, 5, (byte) 0, (byte) 3, (byte) 0, (byte) 0, (byte) 0));
        wire.writeBytes(GuestChannel.frame(FrameType.STDOUT, 0, 15, new byte[] {1, 2}, 0, 2)
                .array());
        wire.writeBytes(GuestChannel.frame(FrameType.EXIT, 0, 15, new byte[] {1, 9, 0, 0, 0}, 0, 5)
                .array());
        byte[] bytes = wire.toByteArray();
        for (int i = 0; i <= random.nextInt(4); i++) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
        }
        try {
            readAll(bytes, 1 + random.nextInt(20));
        } catch (ProtocolException e) {
            assertThat(e).hasMessageStartingWith("it ");
        }
    }

    @Test
    void refusesALengthBeforeReadingWhatItPromises() {
        assertThatThrownBy(() -> readAll(frame(66, 65_537), 8))
                .isInstanceOf(ProtocolException.class)
                .hasMessageContaining("65537");
        assertThatThrownBy(() -> readAll(frame(66, -1), 8)).isInstanceOf(ProtocolException.class);
        assertThatThrownBy(() -> readAll(frame(66, 10, (byte) 1), 8)).hasMessageContaining("middle of a frame");
    }

    @Test
    void refusesNumbersThatCannotBe() {
        assertThatThrownBy(() -> readAll(frame(70, 5, (byte) 0, (byte) 0, (byte) 1, (byte) 0, (byte) 0), 8))
                .hasMessageContaining("256");
        assertThatThrownBy(() -> readAll(frame(70, 5, (byte) 9, (byte) 0, (byte) 0, (byte) 0, (byte) 0), 8))
                .hasMessageContaining("unknown way");
        assertThatThrownBy(() -> readAll(frame(68, 4, (byte) -1, (byte) -1, (byte) -1, (byte) -1), 8))
                .hasMessageContaining("granted");
        assertThatThrownBy(() -> readAll(frame(1, 0), 8)).hasMessageContaining("unknown type 1");
    }

    @Test
    void stripsWhatATerminalWouldObeyFromErrors() throws IOException {
        byte[] text = "bad\u001b[2Jworse\u0007\n".getBytes(StandardCharsets.UTF_8);
        assertThat(readAll(frame(71, text.length, text), 5)).containsExactly(new GuestMessage.Failed("bad?[2Jworse?"));
    }

    @Test
    void doesNotLetGrantsAddUpWithoutEnd() throws IOException {
        Credit credit = new Credit();
        credit.add(GuestMessage.MAX_GRANT);
        assertThatThrownBy(() -> credit.add(1)).isInstanceOf(ProtocolException.class);
    }
}
