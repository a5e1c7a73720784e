package org.sourceos.launcher;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.sourceos.launcher.guest.GuestExec;
import org.sourceos.launcher.guest.GuestMessage;
import org.sourceos.launcher.guest.GuestStreams;
import org.sourceos.launcher.machine.MachineEnd;
import org.sourceos.launcher.machine.MachineStatus;
import org.sourceos.launcher.machine.Machines;

/** Hosts that go in the middle of a frame, again and again: the real PID 1 comes through it. */
@Tag("vm")
@Timeout(180)
class BrokenConnectionsTest {
    private static final int RESUME = 10;
    private static final int RESUME_FLAGS = 165;

    @TempDir
    private Path folder;

    @Test
    void aFrameThatIsCutInTwoConfusesNobody() throws Exception {
        DetachedFixture fixture = DetachedFixture.in(folder);
        MachineStatus machine;
        try (Machines machines = Machines.open(fixture.settings())) {
            machine = machines.start(fixture.request("lines"));
        }
        Path place = fixture.runtime().resolve("machines").resolve(machine.id());
        Matcher mark =
                Pattern.compile("\"mark\": \"([0-9a-f]+)\"").matcher(Files.readString(place.resolve("machine.json")));
        assertThat(mark.find()).isTrue();
        byte[] markBytes = HexFormat.of().parseHex(mark.group(1));
        Random random = new Random(7);
        ByteArrayOutputStream console = new ByteArrayOutputStream();
        Thread listening = new Thread(() -> listen(place.resolve("console"), console));
        listening.setDaemon(true);
        listening.start();
        for (int i = 0; i < 40; i++) {
            try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(place.resolve("control")))) {
                ByteBuffer resume = frame(RESUME, RESUME_FLAGS, 0xffff, markBytes);
                if (i % 4 == 3) {
                    channel.write(resume.limit(random.nextInt(resume.limit())));
                    continue;
                }
                channel.write(resume);
                if (i % 2 == 0) {
                    // Until it answers; otherwise the next bytes may reach it before it has seen the break.
                    channel.read(ByteBuffer.allocate(36));
                }
                channel.write(halfAFrame(random));
            } catch (IOException e) {
                // QEMU has not seen yet that the one before has gone.
                assertThat(machine.pid().flatMap(ProcessHandle::of))
                        .as("connection %d: %s; console: %s", i, e, console)
                        .isPresent();
            }
        }
        try (Machines machines = Machines.open(fixture.settings())) {
            while (!fixture.log(machine).contains("the service was away")) {
                Thread.sleep(10);
            }
            var program = org.sourceos.launcher.Machines.program("cat");
            GuestExec exec = machines.exec(machine.id(), program, Optional.empty());
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            Optional<GuestMessage> end =
                    exec.run(new GuestStreams.Pipes(new ByteArrayInputStream("whole".getBytes(UTF_8)), out, out));
            assertThat(end).contains(new GuestMessage.Exited(0));
            assertThat(out).hasToString("whole");
            assertThat(machines.stop(machine.id(), Duration.ofSeconds(60))).isEqualTo(new MachineEnd(7, ""));
        }
    }

    /** The machine's last words, for when it should not have any. */
    private static void listen(Path socket, ByteArrayOutputStream into) {
        ByteBuffer bytes = ByteBuffer.allocate(4096);
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            while (channel.read(bytes) >= 0) {
                into.write(bytes.array(), 0, bytes.position());
                bytes.clear();
            }
        } catch (IOException e) {
            // It has ended.
        }
    }

    /** Of a STDIN, a RESIZE, an EXEC or the mark itself, any part from nothing to all but the last byte. */
    private static ByteBuffer halfAFrame(Random random) {
        int[] types = {2, 4, 8, RESUME};
        int type = types[random.nextInt(types.length)];
        ByteBuffer frame = type == RESUME
                ? frame(type, RESUME_FLAGS, 0xffff, new byte[16])
                : frame(type, 0, type == 8 ? 5 : 0, new byte[1 + random.nextInt(60_000)]);
        return frame.limit(random.nextInt(frame.limit()));
    }

    private static ByteBuffer frame(int type, int flags, int session, byte[] payload) {
        return ByteBuffer.allocate(8 + payload.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put((byte) type)
                .put((byte) flags)
                .putShort((short) session)
                .putInt(payload.length)
                .put(payload)
                .flip();
    }
}
