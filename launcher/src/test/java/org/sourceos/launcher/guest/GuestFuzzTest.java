package org.sourceos.launcher.guest;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ByteChannel;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.sourceos.launcher.LaunchException;

/**
 * Guests that send whatever comes to mind: true frames, broken ones, cut ones, noise. Whatever it is, our end either reads
 * it or says that the protocol was broken; it does nothing else, keeps nothing and comes to an end. Three seconds, or as
 * many as {@code -Dfuzz.seconds=600} says.
 */
class GuestFuzzTest {
    private static final long SECONDS_EACH = Long.getLong("fuzz.seconds", 3) / 3;
    private static final int LONGEST = 4 * GuestChannel.MAX_PAYLOAD;
    private static final int[] TYPES = {65, 66, 67, 68, 69, 70, 71, 72, 73};
    private static final long KEPT = 32L << 20;

    /** Says bytes in pieces of any size, and goes; what it is told it never reads. */
    private static final class Guest implements ByteChannel {
        private final Random random;
        private final ByteBuffer bytes;

        Guest(Random random) {
            this.random = random;
            this.bytes = ByteBuffer.wrap(talk(random));
        }

        @Override
        public int read(ByteBuffer into) {
            if (!bytes.hasRemaining()) {
                return -1;
            }
            int most = Math.min(into.remaining(), bytes.remaining());
            int n = random.nextInt(4) == 0 ? 1 + random.nextInt(most) : most;
            into.put(bytes.slice(bytes.position(), n));
            bytes.position(bytes.position() + n);
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

    private static byte[] talk(Random random) {
        ByteBuffer talk = ByteBuffer.allocate(LONGEST).order(ByteOrder.LITTLE_ENDIAN);
        if (random.nextBoolean()) {
            talk.put((byte) 65).put((byte) 0).putShort((short) 0).putInt(4).putInt(2);
        }
        int frames = random.nextInt(40);
        for (int i = 0; i < frames; i++) {
            byte[] payload = payload(random);
            if (talk.remaining() < GuestChannel.HEADER + payload.length) {
                break;
            }
            talk.put((byte) (random.nextInt(20) == 0 ? random.nextInt() : TYPES[random.nextInt(TYPES.length)]))
                    .put((byte) (random.nextInt(30) == 0 ? random.nextInt() : 0))
                    .putShort((short) (random.nextInt(20) == 0 ? random.nextInt() : random.nextInt(3)))
                    .putInt(random.nextInt(20) == 0 ? random.nextInt() : payload.length)
                    .put(payload);
        }
        byte[] said = new byte[random.nextInt(5) == 0 ? random.nextInt(talk.position() + 1) : talk.position()];
        talk.flip().get(said);
        for (int i = random.nextInt(4); i > 0 && said.length > 0 && random.nextInt(3) == 0; i--) {
            said[random.nextInt(said.length)] ^= (byte) (1 << random.nextInt(8));
        }
        return said;
    }

    private static byte[] payload(Random random) {
        int[] lengths = {0, 1, 4, 5, random.nextInt(64), random.nextInt(GuestChannel.MAX_PAYLOAD + 1)};
        byte[] payload = new byte[lengths[random.nextInt(lengths.length)]];
        if (random.nextBoolean()) {
            random.nextBytes(payload);
        }
        return payload;
    }

    private interface Duty {
        void with(Guest guest) throws IOException, LaunchException, InterruptedException;
    }

    private static void fuzz(Duty duty) throws Exception {
        long seed = Long.getLong("fuzz.seed", System.nanoTime());
        long end = System.nanoTime() + SECONDS.toNanos(Math.max(1, SECONDS_EACH));
        long before = usedMemory();
        for (int guests = 0; System.nanoTime() < end; guests++) {
            try {
                duty.with(new Guest(new Random(seed + guests)));
            } catch (ProtocolException e) {
                assertThat(e.getMessage()).isNotBlank().hasSizeLessThan(8192);
            } catch (RuntimeException | Error e) {
                throw new AssertionError("a guest of -Dfuzz.seed=" + (seed + guests), e);
            }
        }
        // Threads that read on behalf of a guest end after it.
        for (int i = 0; i < 300 && usedMemory() - before > KEPT; i++) {
            Thread.sleep(100);
        }
        assertThat(usedMemory() - before).isLessThan(KEPT);
    }

    private static long usedMemory() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    @Test
    void framesAreReadOrRefused() throws Exception {
        fuzz(guest -> {
            GuestChannel channel = new GuestChannel(guest);
            while (channel.read().isPresent()) {
                assertThat(channel.session()).isBetween(0, GuestChannel.SESSIONS - 1);
            }
        });
    }

    @Test
    void aForegroundRunComesToAnEnd() throws Exception {
        fuzz(guest -> {
            GuestSession session = new GuestSession(new GuestChannel(guest));
            try {
                if (session.awaitReady().ready()) {
                    ByteArrayOutputStream out = new ByteArrayOutputStream();
                    session.run(List.of(), new GuestStreams.Pipes(InputStream.nullInputStream(), out, out));
                    assertThat(out.size()).isLessThanOrEqualTo(LONGEST);
                }
            } finally {
                session.close();
            }
        });
    }

    @Test
    @Timeout(3600)
    void aKeptMachineComesToAnEnd() throws Exception {
        GuestProgram program = new GuestProgram(
                List.of("x"), new TreeMap<>(), Optional.empty(), new GuestUser(0, 0, List.of(), "root", "/"), "t");
        fuzz(guest -> {
            try (GuestHub hub = new GuestHub(guest)) {
                hub.exec(program, Optional.empty());
                hub.run((isError, bytes) -> assertThat(bytes.remaining()).isLessThanOrEqualTo(LONGEST));
            }
        });
    }

    @Test
    @Timeout(60)
    void aSessionThatNeverRanLeavesNoThread() throws Exception {
        long before = writers();
        for (int i = 0; i < 20; i++) {
            new GuestSession(new GuestChannel(new Guest(new Random(i)))).close();
        }
        while (writers() > before) {
            Thread.sleep(10);
        }
    }

    private static long writers() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("guest-writer"))
                .count();
    }
}
