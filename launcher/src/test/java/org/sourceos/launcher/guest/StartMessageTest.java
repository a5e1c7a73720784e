package org.sourceos.launcher.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.sourceos.host.Terminal;
import org.sourceos.launcher.LaunchException;
import org.sourceos.launcher.qemu.Network;
import org.sourceos.launcher.qemu.Share;

class StartMessageTest {
    private static final GuestUser ADA = new GuestUser(1000, 1001, List.of(27), "ada", "/home/ada");

    private static StartMessage message(List<String> arguments) {
        return new StartMessage(
                new GuestProgram(arguments, new TreeMap<>(), Optional.of("/work"), ADA, "my.machine_1"),
                Optional.of(new Terminal.Size(24, 80)),
                List.of(new Share(Path.of("/srv"), "/work", true)),
                new Network.User(List.of()),
                List.of(new GuestSecret("db", "hush".getBytes(StandardCharsets.UTF_8))),
                Instant.ofEpochSecond(1_700_000_000, 5));
    }

    @Test
    void putsEachFactIntoARecord() throws Exception {
        List<ByteBuffer> frames = message(List.of("nano", "a")).encode(new Random(1));
        assertThat(frames).hasSize(1);
        ByteBuffer frame = frames.get(0).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(frame.get()).isEqualTo((byte) 1);
        frame.position(8);
        StringBuilder text = new StringBuilder();
        while (frame.hasRemaining()) {
            int record = frame.get();
            byte[] value = new byte[frame.getInt()];
            frame.get(value);
            boolean shown = record <= 3 || record == 7 || record == 8 || record == 9 || record == 11;
            text.append(record)
                    .append('=')
                    .append(shown ? new String(value, StandardCharsets.UTF_8) : value.length + " bytes")
                    .append('\n');
        }
        assertThat(text.toString()).isEqualTo("""
                        1=nano
                        1=a
                        3=/work
                        4=4 bytes
                        5=4 bytes
                        6=4 bytes
                        7=ada
                        8=/home/ada
                        9=my-machine-1
                        10=4 bytes
                        11=\u0001share0\u0000/work
                        12=13 bytes
                        32=7 bytes
                        13=64 bytes
                        14=12 bytes
                        15=32 bytes
                        """);
    }

    @Test
    void spreadsLongArgumentsOverFramesUpToALimit() throws Exception {
        List<ByteBuffer> frames = message(List.of("x".repeat(200_000))).encode(new Random(1));
        assertThat(frames).hasSize(4);
        assertThat(frames.stream().map(f -> f.get(1)).toList()).containsExactly((byte) 1, (byte) 1, (byte) 1, (byte) 0);
        assertThatThrownBy(() -> message(List.of("x".repeat(3_000_000))).encode(new Random(1)))
                .isInstanceOf(LaunchException.class)
                .hasMessageContaining("through a file");
        assertThatThrownBy(() -> message(List.of("a\0b")).encode(new Random(1))).hasMessageContaining("zero byte");
    }

    @Test
    void readsTheCallersIds() throws IOException {
        String status = "Name:\tjava\nUid:\t1000\t1001\t1000\t1000\nGid:\t5\t6\t5\t5\nGroups:\t4 27 \n";
        assertThat(GuestUser.parse(status, "ada", "/home/ada"))
                .isEqualTo(new GuestUser(1001, 6, List.of(4, 27), "ada", "/home/ada"));
        assertThat(GuestUser.parse("Uid: 4294967294 4294967294 0 0\nGid: 0 0 0 0\nGroups:\n", "a:b", "x")
                        .name())
                .isEqualTo("user");
        assertThatThrownBy(() -> GuestUser.parse("Uid:\tx\n", "a", "/")).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> GuestUser.parse("", "a", "/")).isInstanceOf(IOException.class);
        assertThat(GuestUser.current("ada", "/home/ada").uid()).isNotEqualTo(-1);
    }
}
